import { appendFileSync, copyFileSync, readdirSync, renameSync, truncateSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import fc from 'fast-check'
import { describe, expect, it, vi } from 'vitest'
import { readCsvRecord } from './csv-record.ts'
import { cdrLine, deps, nowMs, readAll, temporaryFolder } from './fixture.ts'
import { cdrSource } from './index.ts'

function csv(lines: readonly string[] = [], timeZone = 'UTC') {
  const path = join(temporaryFolder(), 'Master.csv')
  writeFileSync(path, lines.map((line) => `${line}\n`).join(''))
  return { path, source: cdrSource({ store: 'csv', id: 'csv', path, timeZone }, deps) }
}

const numbers = (rows: readonly { sequence: number | null }[]) => rows.map(({ sequence }) => sequence)

describe('CSV records', () => {
  it('reads back whatever CSV_QUOTE can write', () => {
    const field = fc.string({ unit: fc.constantFrom('a', '"', ',', '\n', ' ', 'я', '') })
    fc.assert(
      fc.property(fc.array(field, { minLength: 1 }), (fields) => {
        const text = fields.map((value) => `"${value.replaceAll('"', '""')}"`).join(',')
        expect(readCsvRecord(text)).toEqual(fields)
      }),
    )
  })

  it('tells an open quote from a broken line', () => {
    expect(readCsvRecord('"a","b')).toBe('open')
    expect(readCsvRecord('"a"b,"c"')).toBe('broken')
    expect(readCsvRecord('a"b,c')).toBe('broken')
    expect(readCsvRecord('1,,"x"')).toEqual(['1', '', 'x'])
  })
})

describe('Master.csv', () => {
  it('reads a row whole', async () => {
    const { source } = csv([cdrLine(1, { clid: '"Анна, ""А""" <101>' })])
    const { rows, problems } = await readAll(source)
    expect(problems).toEqual([])
    expect(rows).toEqual([
      {
        uniqueId: '1795168801.1',
        linkedId: '1795168801.1',
        sequence: 1,
        startMs: Date.UTC(2026, 10, 20, 10),
        answerMs: Date.UTC(2026, 10, 20, 10),
        endMs: Date.UTC(2026, 10, 20, 10, 0, 10),
        talkSec: 5,
        channel: 'PJSIP/101-00000001',
        dstChannel: 'PJSIP/102-00000002',
        src: '101',
        dst: '102',
        context: 'internal',
        lastApp: 'Dial',
        lastData: 'PJSIP/102,20',
        disposition: 'ANSWERED',
        userField: '',
        callerId: '"Анна, ""А""" <101>',
        hangupCause: null,
      },
    ])
  })

  it.each([
    ['16: the plain ones', 16, { uniqueId: /^none-/, linkedId: null, userField: '' }],
    ['17: loguniqueid', 17, { uniqueId: /^1795168801\.1$/, linkedId: null, userField: '' }],
    ['18: loguserfield too', 18, { uniqueId: /^1795168801\.1$/, linkedId: null, userField: 'mine' }],
    ['21: newcdrcolumns too', 21, { uniqueId: /^1795168801\.1$/, linkedId: '1795168801.1', userField: 'mine' }],
  ])('reads the columns of cdr.conf’s settings, %s', async (_, width, { uniqueId, linkedId, userField }) => {
    const fields = cdrLine(1, { clid: 'x' }).split(/,(?=(?:[^"]*"[^"]*")*[^"]*$)/)
    fields[17] = '"mine"'
    const { source } = csv([fields.slice(0, width).join(',')])
    const { rows, problems } = await readAll(source)
    expect(rows[0]?.uniqueId).toMatch(uniqueId)
    expect(rows[0]).toMatchObject({ linkedId, userField })
    expect(problems.map(({ kind }) => kind)).toEqual(width === 16 ? ['columns'] : [])
  })

  it('tells a lone user field from a lone unique id', async () => {
    const fields = cdrLine(1, { clid: 'x' }).split(/,(?=(?:[^"]*"[^"]*")*[^"]*$)/)
    const { source } = csv([[...fields.slice(0, 16), '"a note"'].join(',')])
    const { rows } = await readAll(source)
    expect(rows[0]).toMatchObject({ userField: 'a note' })
    expect(rows[0]?.uniqueId).toMatch(/^none-/)
  })

  it('reads any columns of cdr_custom, and names those that lack', async () => {
    const path = join(temporaryFolder(), 'Custom.csv')
    writeFileSync(path, '"7.5","ANSWERED","2026-11-20 10:00:00","PJSIP/1-1","101","102","1795168801.1"\n')
    const columns = ['billsec', 'disposition', 'calldate', 'channel', 'src', 'dst', 'uniqueid']
    const whole = cdrSource({ store: 'csv', id: 'custom', path, timeZone: 'UTC', columns }, deps)
    expect((await readAll(whole)).rows).toMatchObject([
      { talkSec: 7.5, uniqueId: '1795168801.1', answerMs: Date.UTC(2026, 10, 20, 10) },
    ])
    const part = cdrSource({ store: 'csv', id: 'custom', path, timeZone: 'UTC', columns: columns.slice(1, -1) }, deps)
    const { rows, problems } = await readAll(part)
    expect(rows).toEqual([])
    expect(problems).toMatchObject([{ kind: 'columns', text: expect.stringMatching(/lack billsec or talk, uniqueid/) }])
  })

  it('keeps a field with line feeds together and counts lines', async () => {
    const { source } = csv([cdrLine(1, { clid: 'two\nlines\nand more' }), cdrLine(2, { billsec: '-3' })])
    const { rows, problems } = await readAll(source)
    expect(rows.map(({ callerId }) => callerId)).toEqual(['two\nlines\nand more', '"Anna" <101>'])
    expect(problems).toMatchObject([{ kind: 'value', where: 'Master.csv:4' }])
  })

  it('goes on where it ended, in pieces of any size, and waits for a half-written line', async () => {
    const { path, source } = csv([1, 2, 3, 4, 5].map((n) => cdrLine(n)))
    const first = await readAll(source, null, 2)
    expect(numbers(first.rows)).toEqual([1, 2, 3, 4, 5])
    expect(first.batches).toBe(3)
    const line = `${cdrLine(6, { clid: 'a "name"' })}\n`
    for (const end of [10, 60, line.length - 1]) {
      appendFileSync(path, line.slice(0, end))
      const half = await readAll(source, first.cursor)
      expect(half.rows).toEqual([])
      expect(half.problems).toEqual([])
      truncateSync(path, offsetOf(first.cursor))
    }
    appendFileSync(path, line)
    expect(numbers((await readAll(source, first.cursor)).rows)).toEqual([6])
  })

  it('reads a big file whole, over the borders of its pieces', async () => {
    const { source } = csv(Array.from({ length: 9_000 }, (_, n) => cdrLine(n, { clid: `имя ${n}` })))
    const { rows, problems } = await readAll(source, null, 4_000)
    expect(problems).toEqual([])
    expect(numbers(rows)).toEqual(Array.from({ length: 9_000 }, (_, n) => n))
  })

  it('counts a line cut in its middle, and reads the next', async () => {
    const whole = cdrLine(2)
    for (const end of [1, 3, 20, 60, 120, 160, whole.length - 2]) {
      const { source } = csv([cdrLine(1), whole.slice(0, end), cdrLine(3), cdrLine(4)])
      const { rows, problems } = await readAll(source)
      expect(numbers(rows), `cut at ${end}`).toEqual([1, 3, 4])
      expect(problems, `cut at ${end}`).toMatchObject([{ kind: 'cut', where: 'Master.csv:2' }])
      expect(problems[0]?.raw).toBe(whole.slice(0, end))
    }
  })

  it('counts zeros of a lost disk block', async () => {
    const { path, source } = csv([cdrLine(1)])
    appendFileSync(path, `${'\0'.repeat(4_000)}\n${cdrLine(2)}\n`)
    const { rows, problems } = await readAll(source)
    expect(numbers(rows)).toEqual([1, 2])
    expect(problems).toMatchObject([{ kind: 'cut', where: 'Master.csv:2' }])
    expect(problems[0]?.raw.length).toBeLessThan(400)
  })

  it('keeps a row of broken charset and says so', async () => {
    const { path, source } = csv([])
    appendFileSync(
      path,
      Buffer.concat([Buffer.from(cdrLine(1, { clid: 'AB' }).replace('AB', 'A\xC0B'), 'latin1'), Buffer.from('\n')]),
    )
    const { rows, problems } = await readAll(source)
    expect(rows).toMatchObject([{ callerId: 'A\uFFFDB', sequence: 1 }])
    expect(problems).toMatchObject([{ kind: 'charset', text: expect.stringMatching(/clid/) }])
  })

  it.each([
    ['a negative duration', { billsec: '-7' }, 'value', 1],
    ['a duration that is no number', { billsec: 'soon' }, 'value', 1],
    ['a date of 2040', { start: '2040-01-01 10:00:00' }, 'time', 0],
    ['no date', { start: '' }, 'time', 0],
    ['a date that is none', { start: '2026-02-31 10:00:00' }, 'time', 0],
  ] as const)('counts %s', async (_, fault, kind, rowsLeft) => {
    const { source } = csv([cdrLine(1, fault), cdrLine(2)])
    const { rows, problems } = await readAll(source)
    expect(rows).toHaveLength(1 + rowsLeft)
    expect(problems).toMatchObject([{ kind, where: 'Master.csv:1' }])
    for (const { talkSec, endMs, startMs } of rows) {
      expect(talkSec).toBeGreaterThanOrEqual(0)
      expect(endMs).toBeGreaterThanOrEqual(startMs)
    }
  })

  it('follows a rename, reads what came last to the old file, then the new one', async () => {
    const { path, source } = csv([cdrLine(1)])
    const first = await readAll(source)
    appendFileSync(path, `${cdrLine(2)}\n`)
    renameSync(path, `${path}.1`)
    writeFileSync(path, `${cdrLine(3)}\n`)
    const second = await readAll(source, first.cursor)
    expect(numbers(second.rows)).toEqual([2, 3])
    expect(second.problems).toEqual([])
  })

  it('does not leave the old file while the new one is empty', async () => {
    const { path, source } = csv([cdrLine(1)])
    const first = await readAll(source)
    renameSync(path, `${path}.1`)
    writeFileSync(path, '')
    const second = await readAll(source, first.cursor)
    appendFileSync(`${path}.1`, `${cdrLine(2)}\n`)
    writeFileSync(path, `${cdrLine(3)}\n`)
    expect(numbers((await readAll(source, second.cursor)).rows)).toEqual([2, 3])
  })

  it('follows a copy that cut the file to nothing', async () => {
    const { path, source } = csv([cdrLine(1)])
    const first = await readAll(source)
    appendFileSync(path, `${cdrLine(2)}\n`)
    copyFileSync(path, `${path}-20261120`)
    truncateSync(path)
    appendFileSync(path, `${cdrLine(3)}\n${cdrLine(4)}\n`)
    const second = await readAll(source, first.cursor)
    expect(numbers(second.rows)).toEqual([2, 3, 4])
    expect(second.problems).toEqual([])
  })

  it('says so when what it was reading is gone, and reads what there is', async () => {
    const { path, source } = csv([cdrLine(1)])
    const first = await readAll(source)
    writeFileSync(path, `${cdrLine(7)}\n`)
    const second = await readAll(source, first.cursor)
    expect(numbers(second.rows)).toEqual([7])
    expect(second.problems).toMatchObject([{ kind: 'cut', where: path }])
    expect((await readAll(source, second.cursor)).problems).toEqual([])
  })

  it('begins with the oldest rotated file, packed ones too, and leaves nothing unpacked', async () => {
    vi.stubEnv('TMPDIR', temporaryFolder())
    const { path, source } = csv([cdrLine(4)])
    // whichever way the numbers run
    older(`${path}.1`, 3, `${cdrLine(3)}\n`)
    older(`${path}.2.gz`, 2, gzipSync(`${cdrLine(2)}\n`))
    older(`${path}.10.gz`, 1, gzipSync(`${cdrLine(1)}\n`))
    writeFileSync(`${path}.bak`, `${cdrLine(9)}\n`)
    const { rows, cursor } = await readAll(source)
    expect(numbers(rows)).toEqual([1, 2, 3, 4])
    expect((await readAll(source, cursor)).rows).toEqual([])
    expect(readdirSync(tmpdir()).filter((name) => name.startsWith('callsync-log-'))).toEqual([])
  })

  it('passes over a damaged packed file, and says which', async () => {
    const { path, source } = csv([cdrLine(2)])
    writeFileSync(`${path}.1.gz`, gzipSync(`${cdrLine(1)}\n`).subarray(0, 40))
    const { rows, problems } = await readAll(source)
    expect(numbers(rows)).toEqual([2])
    expect(problems).toMatchObject([{ kind: 'cut', text: expect.stringContaining('Master.csv.1.gz') }])
    await source.stop()
  })

  it('says what to do when the file is not there, and reads it when it is', async () => {
    const path = join(temporaryFolder(), 'Master.csv')
    const source = cdrSource({ store: 'csv', id: 'csv', path, timeZone: 'UTC' }, deps)
    const missing = await source.read(null, 10)
    expect(missing).toMatchObject({
      rows: [],
      more: false,
      problems: [{ kind: 'unreachable', text: expect.stringContaining('check the path') }],
    })
    writeFileSync(path, `${cdrLine(1)}\n`)
    expect((await readAll(source, missing.cursor)).rows).toHaveLength(1)
  })

  it('tells the two hours of an autumn night apart by the unique id', async () => {
    const second = Date.UTC(2026, 9, 25, 1, 30)
    const line = cdrLine(1, { start: '2026-10-25 02:30:00' }).replaceAll('1795168801.1', `${second / 1000}.9`)
    const { source } = csv([line], 'Europe/Berlin')
    expect((await readAll(source)).rows).toMatchObject([{ startMs: second, answerMs: second, endMs: second + 10_000 }])
  })

  it('tells them apart by the order of the file where unique ids say nothing', async () => {
    const minutes = ['02:10', '02:50', '02:20', '03:05']
    const lines = minutes.map((time, n) =>
      cdrLine(n, { start: `2026-10-25 ${time}:00` }).replaceAll(/1795168\d+\.\d/g, `own${n}`),
    )
    const { source } = csv(lines, 'Europe/Berlin')
    const hour = Date.UTC(2026, 9, 25, 0)
    const { rows } = await readAll(source)
    expect(rows.map(({ startMs }) => (startMs - hour) / 60_000)).toEqual([10, 50, 80, 125])
  })

  it('adds the offset of a clock that is behind', async () => {
    const { path } = csv([cdrLine(1)])
    const source = cdrSource({ store: 'csv', id: 'csv', path, timeZone: 'UTC', clockOffsetMs: 90_000 }, deps)
    const start = Date.UTC(2026, 10, 20, 10) + 90_000
    expect((await readAll(source)).rows).toMatchObject([{ startMs: start, answerMs: start, endMs: start + 10_000 }])
  })

  it('notices rows written in another zone than the setting says, once', async () => {
    const lines = Array.from({ length: 12 }, (_, n) => cdrLine(n))
    expect((await readAll(csv(lines).source, null, 5)).problems).toEqual([])
    const { problems } = await readAll(csv(lines, 'Europe/Moscow').source, null, 5)
    expect(problems).toMatchObject([{ kind: 'time', text: expect.stringContaining('-3 h') }])
  })

  it('tells up to when it has read', async () => {
    const { source } = csv([cdrLine(1), cdrLine(2, { start: '2026-11-20 11:00:00' }), cdrLine(3)])
    expect((await source.read(null, 10)).upToMs).toBe(Date.UTC(2026, 10, 20, 11, 0, 10))
    expect(nowMs).toBeGreaterThan(Date.UTC(2026, 10, 20, 11))
  })

  it('begins anew with a cursor that is not its own', async () => {
    const { source } = csv([cdrLine(1)])
    expect((await readAll(source, '{"v":9}')).rows).toHaveLength(1)
  })
})

function older(path: string, day: number, content: string | Buffer): void {
  writeFileSync(path, content)
  utimesSync(path, day * 86_400, day * 86_400)
}

function offsetOf(cursor: string): number {
  const { file } = JSON.parse(cursor)
  return Number(file.offset)
}
