import { createContext, useContext } from 'react'
import type { Platform } from '../platform/platform.ts'

export const PlatformContext = createContext<Platform | null>(null)

/** What the host of the page can do. */
export function usePlatform(): Platform {
  const platform = useContext(PlatformContext)
  if (platform === null) throw new Error('usePlatform outside of <App>')
  return platform
}
