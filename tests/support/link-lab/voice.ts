import { createSocket } from 'node:dgram'
import { parentPort, workerData } from 'node:worker_threads'
import { type Heard, tonesIn } from './tones.ts'

/** A customer's voice and ear, in a thread of its own so that nothing else delays them: RTP with G.711u, 20 ms a packet. */

const packetMs = 20
const packetSamples = 160
const sampleRate = 8000

const { address, toneHz }: { address: string; toneHz: number } = workerData
const port = parentPort
if (!port) throw new Error('voice.ts runs as a worker')

const socket = createSocket('udp4')
let target: { host: string; port: number } | null = null
let heard: Heard[] = []
let sequence = 0
let timestamp = 0
let phase = 0

const linear = Float32Array.from({ length: 256 }, (_, byte) => {
  const code = ~byte & 0xff
  const magnitude = (((code & 0x0f) << 3) + 0x84) << ((code & 0x70) >> 4)
  return ((code & 0x80) !== 0 ? 0x84 - magnitude : magnitude - 0x84) / 32768
})

/** G.711u by looking for the nearest code: short, and fast enough for one voice. */
const codes = Uint8Array.from({ length: 1024 }, (_, index) => {
  const wanted = (index - 512) / 512
  let best = 0
  for (let code = 1; code < 256; code++)
    if (Math.abs((linear[code] ?? 0) - wanted) < Math.abs((linear[best] ?? 0) - wanted)) best = code
  return best
})

function packet(): Buffer {
  const bytes = Buffer.alloc(12 + packetSamples)
  bytes[0] = 0x80
  bytes.writeUInt16BE(sequence++ & 0xffff, 2)
  bytes.writeUInt32BE(timestamp >>> 0, 4)
  bytes.writeUInt32BE(0x1ab0000 + toneHz, 8)
  timestamp += packetSamples
  for (let at = 0; at < packetSamples; at++) {
    bytes[12 + at] = codes[512 + Math.round(160 * Math.sin(phase))] ?? 0
    phase = (phase + (2 * Math.PI * toneHz) / sampleRate) % (2 * Math.PI)
  }
  return bytes
}

/** The digit that is being pressed: packets of it go out instead of the voice, the last three say that it is over. */
let pressed: { readonly digit: number; readonly timestamp: number; sent: number } | null = null
const digitPackets = 9
const digitEnds = 3

function digitPacket({ digit, timestamp: begun, sent }: NonNullable<typeof pressed>): Buffer {
  const over = sent >= digitPackets - digitEnds
  const bytes = Buffer.alloc(16)
  bytes[0] = 0x80
  bytes[1] = 101 | (sent === 0 ? 0x80 : 0)
  bytes.writeUInt16BE(sequence++ & 0xffff, 2)
  bytes.writeUInt32BE(begun >>> 0, 4)
  bytes.writeUInt32BE(0x1ab0000 + toneHz, 8)
  bytes[12] = digit
  bytes[13] = (over ? 0x80 : 0) | 10
  bytes.writeUInt16BE(packetSamples * Math.min(sent + 1, digitPackets - digitEnds), 14)
  return bytes
}

function next(): Buffer {
  if (pressed === null) return packet()
  const bytes = digitPacket(pressed)
  timestamp += packetSamples
  pressed.sent += 1
  if (pressed.sent === digitPackets) pressed = null
  return bytes
}

socket.on('message', (bytes) => {
  if (bytes.length < 13 || ((bytes[1] ?? 0) & 0x7f) !== 0) return
  const samples = Float32Array.from(bytes.subarray(12), (code) => linear[code] ?? 0)
  let loudest = 0
  for (const sample of samples) loudest = Math.max(loudest, Math.abs(sample))
  heard.push({
    atMs: performance.timeOrigin + performance.now(),
    tonesHz: tonesIn(samples, sampleRate),
    sound: loudest > 0.01,
  })
})

// By the clock, not by counting ticks: a late tick sends what is due.
let dueMs = performance.now()
const speaking = setInterval(() => {
  for (; dueMs <= performance.now(); dueMs += packetMs) if (target) socket.send(next(), target.port, target.host)
}, 5)

type Message =
  | { type: 'talk'; host: string; port: number }
  | { type: 'press'; digit: number }
  | { type: 'heard' }
  | { type: 'stop' }
port.on('message', (message: Message) => {
  if (message.type === 'talk') target = message
  if (message.type === 'press') pressed = { digit: message.digit, timestamp, sent: 0 }
  if (message.type === 'heard') {
    port.postMessage({ type: 'heard', heard })
  }
  if (message.type === 'stop') {
    clearInterval(speaking)
    heard = []
    socket.close()
    port.close()
  }
})

socket.bind(0, address, () => port.postMessage({ type: 'port', port: socket.address().port }))
