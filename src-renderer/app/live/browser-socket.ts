import type { LiveSocket, LiveSocketEvents } from './live-link.ts'

export function openBrowserSocket(url: string, events: LiveSocketEvents): LiveSocket {
  const socket = new WebSocket(url)
  socket.onopen = () => events.opened()
  socket.onmessage = (event) => events.received(String(event.data))
  socket.onclose = () => events.closed()
  return {
    send: (text) => {
      if (socket.readyState === WebSocket.OPEN) socket.send(text)
    },
    close: () => socket.close(),
  }
}
