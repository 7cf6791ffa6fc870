import { useEffect, useState } from 'react'

/** This computer's time, each second while it is asked for. Lines carry local times, the live board the server's. */
export function useLocalNow(running: boolean): number {
  const [nowMs, setNowMs] = useState(() => Date.now())
  useEffect(() => {
    if (!running) return
    setNowMs(Date.now())
    const timer = setInterval(() => setNowMs(Date.now()), 1000)
    return () => clearInterval(timer)
  }, [running])
  return nowMs
}
