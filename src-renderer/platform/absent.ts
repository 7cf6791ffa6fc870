import { NotOnThisHostError, type Platform } from './platform.ts'

type Absent = Pick<Platform, 'desk' | 'dialRequests' | 'settings' | 'server' | 'updates'>

const refuse = async (): Promise<never> => {
  throw new NotOnThisHostError('Only the desktop app can do this')
}
const never = () => () => undefined

/** What a browser does not have: nothing is shown, nothing arrives, and a change is refused instead of forgotten. */
export const absentOnThisHost: Absent = {
  desk: { publish: async () => undefined, onCommand: never, state: async () => null, onState: never, press: refuse },
  dialRequests: { take: async () => [], onRequested: never },
  settings: { get: refuse, set: refuse, shortcuts: async () => [] },
  server: { check: refuse, use: refuse, takeOffer: async () => null, onOffered: never },
  updates: { state: refuse, install: refuse, onChange: never },
}

export const absentCapabilities = {
  desk: false,
  dialRequests: false,
  desktopSettings: false,
  serverChoice: false,
  updates: false,
} as const
