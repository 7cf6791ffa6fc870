import { createContext, useContext } from 'react'
import type { ApiClient } from '../../server/contract/index.ts'

export const ApiContext = createContext<ApiClient | null>(null)

/** One method per route of the contract; they reject with ApiError. */
export function useApi(): ApiClient {
  const api = useContext(ApiContext)
  if (api === null) throw new Error('useApi outside of <App>')
  return api
}
