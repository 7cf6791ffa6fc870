import { join, resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { readConfig } from './config.ts'
import { StartError } from './errors.ts'

describe('readConfig', () => {
  it('needs nothing', () => {
    const root = resolve(import.meta.dirname, '..')
    expect(readConfig({ PATH: '/bin', CALLSYNC_PORT: '' })).toEqual({
      host: '127.0.0.1',
      port: 7420,
      dataDir: join(root, 'data'),
      databaseUrl: null,
      pbxFile: null,
      demoRecord: true,
      staticDir: join(root, 'out', 'renderer'),
      allowedOrigins: [],
      trustedProxies: [],
      secretKey: null,
      recordingsDir: null,
      timeZone: Intl.DateTimeFormat().resolvedOptions().timeZone,
      phoneRegion: 'RU',
      logLevel: 'info',
    })
  })

  it('reads lists and keys', () => {
    const key = Buffer.alloc(32, 7)
    const config = readConfig({
      CALLSYNC_ALLOWED_ORIGINS: 'https://crm.example, app://other',
      CALLSYNC_SECRET_KEY: key.toString('base64'),
      CALLSYNC_PORT: '0',
      CALLSYNC_PHONE_REGION: ' kz ',
    })
    expect(config.phoneRegion).toBe('KZ')
    expect(config.allowedOrigins).toEqual(['https://crm.example', 'app://other'])
    expect(config.secretKey).toEqual(key)
    expect(config.port).toBe(0)
  })

  it.each([
    ['CALLSYNC_PORT', 'http'],
    ['CALLSYNC_PORT', '70000'],
    ['CALLSYNC_PORT', '80.5'],
    ['CALLSYNC_LOG_LEVEL', 'loud'],
    ['CALLSYNC_ALLOWED_ORIGINS', 'https://crm.example/path'],
    ['CALLSYNC_ALLOWED_ORIGINS', 'crm.example'],
    ['CALLSYNC_SECRET_KEY', 'short'],
    ['CALLSYNC_DATABASE_URL', 'mysql://callsync@db.example/callsync'],
    ['CALLSYNC_DATABASE_URL', 'postgres://callsync@db.example'],
    ['CALLSYNC_PHONE_REGION', 'Russia'],
    ['CALLSYNC_PHONE_REGION', 'XX'],
  ])('names the variable in one line: %s=%s', (name, value) => {
    const read = () => readConfig({ [name]: value })
    expect(read).toThrow(StartError)
    expect(read).toThrow(new RegExp(`^${name} must be [^\\n]+$`))
  })

  it.each(['CALLSYNC_SECRET_KEY', 'CALLSYNC_DATABASE_URL'])('does not print the secret it refuses: %s', (name) => {
    expect(() => readConfig({ [name]: 'my-secret' })).not.toThrow(/my-secret/)
  })
})
