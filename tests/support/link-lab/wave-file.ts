import { writeFileSync } from 'node:fs'

/** A tone without a seam for whoever plays it over and over: 16-bit mono. */
export function writeTone(path: string, { hz, seconds, rate }: { hz: number; seconds: number; rate: number }): void {
  const count = seconds * rate
  const data = Buffer.alloc(count * 2)
  for (let at = 0; at < count; at++) data.writeInt16LE(Math.round(10_000 * Math.sin((2 * Math.PI * hz * at) / rate)), at * 2)
  const head = Buffer.alloc(44)
  head.write('RIFF', 0)
  head.writeUInt32LE(36 + data.length, 4)
  head.write('WAVEfmt ', 8)
  head.writeUInt32LE(16, 16)
  head.writeUInt16LE(1, 20)
  head.writeUInt16LE(1, 22)
  head.writeUInt32LE(rate, 24)
  head.writeUInt32LE(rate * 2, 28)
  head.writeUInt16LE(2, 32)
  head.writeUInt16LE(16, 34)
  head.write('data', 36)
  head.writeUInt32LE(data.length, 40)
  writeFileSync(path, Buffer.concat([head, data]))
}
