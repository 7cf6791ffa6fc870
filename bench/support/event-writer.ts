// Writes events to whoever connects, as Asterisk does, as fast as they are read.
import { createServer } from 'node:net'
import type { AmiEvent } from '../../server/telephony/ami-event.ts'

process.once('message', ({ events }: { events: readonly AmiEvent[] }) => {
  const text = events.map(({ name, fields }) => {
    const lines = Object.entries(fields).flatMap(([field, value]) => value.split('\n').map((line) => `${field}: ${line}`))
    return `Event: ${name}\r\nPrivilege: call,all\r\n${lines.join('\r\n')}\r\n\r\n`
  })
  const server = createServer((socket) => {
    socket.on('error', () => undefined)
    socket.write(`Asterisk Call Manager/11.0.0\r\n${text.join('')}`)
  })
  server.listen(0, '127.0.0.1', () => {
    const address = server.address()
    process.send?.(typeof address === 'object' ? address?.port : null)
  })
})
process.on('disconnect', () => process.exit())
