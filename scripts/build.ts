/** `npm run build`: main, preload and renderer into `out/`. The server needs no build: Node runs its TypeScript. */
import { buildApp } from './app-build.ts'

process.exitCode = await buildApp()
