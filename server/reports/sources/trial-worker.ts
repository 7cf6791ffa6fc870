import { parentPort, workerData } from 'node:worker_threads'
import { lookAtSource } from './look-at-source.ts'
import type { TrialOrder } from './trial.ts'

/** A thread that looks at one source: what it reads may be large and slow, and SQLite holds up whoever asks it. */
const { kind, settings, ...deps }: TrialOrder = workerData
parentPort?.postMessage(await lookAtSource(kind, settings, deps))
