import { Kysely, PostgresAdapter, PostgresIntrospector, PostgresQueryCompiler, type QueryResult, sql } from 'kysely'
import { expect, it } from 'vitest'
import { type OneWriterDeps, OneWriterDriver, type SqlRunner, WriteTurns } from './one-writer-driver.ts'

/** Answers each statement when it is told to. */
class Session implements SqlRunner {
  readonly asked: { readonly sql: string; answer(): void; refuse(): void }[] = []

  run<R>(text: string): Promise<QueryResult<R>> {
    return new Promise((resolve, reject) => {
      this.asked.push({ sql: text, answer: () => resolve({ rows: [] }), refuse: () => reject(new Error('refused')) })
    })
  }

  get texts(): string[] {
    return this.asked.map((one) => one.sql)
  }
}

const settled = () => new Promise((resolve) => setImmediate(resolve))

function open(more: Pick<OneWriterDeps, 'turns' | 'kept'> = {}) {
  const [writer, readers] = [new Session(), new Session()]
  const driver = new OneWriterDriver({ writer: async () => writer, readers, ...more })
  const db = new Kysely<unknown>({
    dialect: {
      createAdapter: () => new PostgresAdapter(),
      createDriver: () => driver,
      createIntrospector: (on) => new PostgresIntrospector(on),
      createQueryCompiler: () => new PostgresQueryCompiler(),
    },
  })
  const ask = (text: string) => sql.raw(text).execute(db)
  return { writer, readers, db, ask }
}

it('reads beside each other, and writes one after the other', async () => {
  const { writer, readers, ask } = open()
  const all = [ask('select 1'), ask('select 2'), ask('update a'), ask('update b')]
  await settled()
  expect([readers.texts, writer.texts]).toEqual([['select 1', 'select 2'], ['update a']])
  writer.asked[0]?.answer()
  await settled()
  expect(writer.texts).toEqual(['update a', 'update b'])
  for (const one of [...readers.asked, ...writer.asked]) one.answer()
  await Promise.all(all)
})

it('reads what was asked to be written before, and is not held up by what is asked after', async () => {
  const { writer, readers, ask } = open()
  const write = ask('update a')
  const read = ask('select 1')
  void ask('update b')
  await settled()
  expect(readers.texts).toEqual([])
  writer.asked[0]?.refuse()
  await expect(write).rejects.toThrow('refused')
  await settled()
  expect(readers.texts).toEqual(['select 1'])
  readers.asked[0]?.answer()
  await read
})

it('lets nobody write while a transaction lasts, and everybody after it, however it ends', async () => {
  const { writer, db, ask } = open()
  const failing = db.transaction().execute(async (tx) => {
    await sql.raw('select 1').execute(tx)
    throw new Error('no')
  })
  const beside = ask('update beside')
  const answerAll = async (upTo: string) => {
    for (let at = 0; !writer.texts.includes(upTo) || at < writer.asked.length; at++) {
      await settled()
      writer.asked[at]?.answer()
    }
  }
  const over = Promise.all([expect(failing).rejects.toThrow('no'), beside])
  await answerAll('update beside')
  await over
  expect(writer.texts).toEqual(['begin', 'select 1', 'rollback', 'update beside'])
})

it('gives the turn on when a transaction cannot begin', async () => {
  const { writer, db, ask } = open()
  const failing = db.transaction().execute(async () => undefined)
  const next = ask('update a')
  await settled()
  writer.asked[0]?.refuse()
  await expect(failing).rejects.toThrow('refused')
  await settled()
  writer.asked[1]?.answer()
  await next
  expect(writer.texts).toEqual(['begin', 'update a'])
})

it('gives the turn on before what was written is kept, and answers after', async () => {
  let keep: () => void = () => undefined
  const kept = new Promise<void>((resolve) => {
    keep = resolve
  })
  const { writer, ask } = open({ kept: () => kept })
  const answered: string[] = []
  const first = ask('update a').then(() => answered.push('a'))
  const second = ask('update b')
  await settled()
  writer.asked[0]?.answer()
  await settled()
  expect(writer.texts).toEqual(['update a', 'update b'])
  expect(answered).toEqual([])
  keep()
  writer.asked[1]?.answer()
  await Promise.all([first, second])
})

it('keeps to one order with another driver of the same database', async () => {
  const turns = new WriteTurns()
  const [one, other] = [open({ turns }), open({ turns })]
  const all = [one.ask('update a'), other.ask('update b')]
  await settled()
  all.push(one.ask('select 1'))
  await settled()
  expect([one.writer.texts, other.writer.texts, one.readers.texts]).toEqual([['update a'], [], []])
  one.writer.asked[0]?.answer()
  await settled()
  expect([other.writer.texts, one.readers.texts]).toEqual([['update b'], []])
  other.writer.asked[0]?.answer()
  await settled()
  one.readers.asked[0]?.answer()
  await Promise.all(all)
})
