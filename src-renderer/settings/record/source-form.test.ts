import { describe, expect, it } from 'vitest'
import type { RecordSourceSaved } from '../../../server/contract/index.ts'
import { RecordSourceWrite } from '../../../server/contract/index.ts'
import { faultsOf, newSource, readsOtherwise, type SourceValues, toWrite, valuesOf, withPlace } from './source-form.ts'

const mysql: SourceValues = { ...newSource('cdr', 'Europe/Moscow'), host: ' pbx.office ', user: 'reader', password: 'secret' }
const stored = (more: Partial<RecordSourceSaved> = {}): RecordSourceSaved => {
  const { password: _, ...write } = toWrite(mysql)
  return { ...write, id: 'x', hasPassword: true, ...more }
}

describe('the form of a source', () => {
  it('begins with what FreePBX has, for the kind', () => {
    expect(toWrite(mysql)).toEqual({
      kind: 'cdr',
      place: {
        store: 'mysql',
        host: 'pbx.office',
        port: 3306,
        user: 'reader',
        database: 'asteriskcdrdb',
        tls: false,
        table: 'cdr',
        columns: {},
      },
      timeZone: 'Europe/Moscow',
      clockOffsetMs: 0,
      server: '1',
      password: 'secret',
    })
    expect(toWrite(withPlace(mysql, 'queueLog', 'postgres')).place).toMatchObject({ port: 5432, table: 'queue_log' })
  })

  it.each(['cdr', 'queueLog', 'cel'] as const)('of %s goes to the server as it takes it, from every store', (kind) => {
    for (const store of ['csv', 'log', 'sqlite', 'mysql', 'postgres', 'events'] as const) {
      const write = toWrite(withPlace(mysql, kind, store))
      expect([store, RecordSourceWrite.safeParse(write).success]).toEqual([store, true])
    }
  })

  it('shows what was saved, and gives the same back', () => {
    for (const store of ['csv', 'sqlite', 'mysql', 'postgres'] as const) {
      const { password: _, ...write } = toWrite({
        ...withPlace(mysql, 'cdr', store),
        csvColumns: 'start, src,dst',
        offsetSeconds: -2,
      })
      const { password, ...again } = toWrite(valuesOf({ ...write, id: 'x', hasPassword: true }))
      expect(again).toEqual(write)
      expect(password).toBeNull()
    }
  })

  it('says what is missing, of the chosen store only', () => {
    expect(faultsOf(mysql, { hasPassword: false })).toEqual({})
    expect(
      faultsOf({ ...mysql, host: ' ', port: 70_000, table: '', password: '', offsetSeconds: '' }, { hasPassword: false }),
    ).toEqual({ host: 'required', port: 'port', table: 'required', password: 'required', offsetSeconds: 'offset' })
    expect(faultsOf({ ...mysql, password: '' }, { hasPassword: true })).toEqual({})
    const log = { ...withPlace(mysql, 'queueLog', 'log'), host: '', password: '' }
    expect(faultsOf(log, { hasPassword: false })).toEqual({})
    expect(faultsOf({ ...log, path: 'queue_log' }, { hasPassword: false })).toEqual({ path: 'path' })
    expect(faultsOf({ ...log, path: '' }, { hasPassword: false })).toEqual({ path: 'required' })
  })

  it('knows when rows already read would be read otherwise', () => {
    expect(readsOtherwise(stored(), { ...toWrite(mysql), password: 'another' })).toBe(false)
    expect(readsOtherwise(stored(), { ...toWrite(mysql), timeZone: 'UTC' })).toBe(true)
    expect(readsOtherwise(stored(), { ...toWrite(mysql), clockOffsetMs: 1 })).toBe(true)
    expect(readsOtherwise(stored(), toWrite({ ...mysql, columns: { start: 'began' } }))).toBe(true)
  })
})
