import { expect, it } from 'vitest'
import { microphonePlaceOf } from './microphone-place.ts'

const windows =
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142 Electron/39 Safari/537.36'
const mac = 'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142 Safari/537.36'
const linux = 'Mozilla/5.0 (X11; Linux x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142 Safari/537.36'

it.each([
  ['desktop', windows, 'windows'],
  ['desktop', mac, 'mac'],
  ['desktop', linux, 'linux'],
  ['browser', windows, 'browser'],
  ['browser', mac, 'browser'],
] as const)('%s, %s: %s', (host, userAgent, place) => expect(microphonePlaceOf({ host, userAgent })).toBe(place))
