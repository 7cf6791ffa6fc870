import { useEffect, useState } from 'react'
import { usePlatform } from '../app/platform.ts'

/** The address a link proposed last; null while none did. */
export function useServerOffer(): string | null {
  const platform = usePlatform()
  const [offer, setOffer] = useState<string | null>(null)
  useEffect(() => {
    const take = () =>
      void platform.server.takeOffer().then(
        (address) => address !== null && setOffer(address),
        () => undefined,
      )
    const stop = platform.server.onOffered(take)
    take()
    return stop
  }, [platform])
  return offer
}
