import { describe, expect, it } from 'vitest'
import { settle } from '../platform/manual-clock.ts'
import { cardId, DeskBench, openDesk } from './desk-bench.ts'
import { makeCard } from './testing.ts'

describe('CardDesk', () => {
  it('keeps a keystroke on this computer at once and brings it to the server within half a second', async () => {
    const bench = await openDesk()
    bench.desk.type(cardId, 'description', 'п')
    bench.desk.type(cardId, 'description', 'пр')
    await settle()
    expect([...bench.disk.drafts.values()][0]?.changes['description']).toBe('пр')
    expect(bench.server.card.fields.description).toBe('')
    await bench.advance(500)
    expect(bench.server.card.fields.description).toBe('пр')
    expect(bench.server.writes).toHaveLength(1)
    expect(bench.disk.drafts.size).toBe(0)
    expect(bench.entry).toMatchObject({ sync: 'onServer', keep: 'kept' })
  })

  it('does not lose what is typed while an answer is on its way', async () => {
    const bench = await openDesk()
    bench.desk.type(cardId, 'notes', 'раз')
    const answer = bench.advance(500)
    bench.desk.type(cardId, 'notes', 'раз два')
    await answer
    expect(bench.entry?.fields.notes).toBe('раз два')
    await bench.advance(600)
    expect(bench.server.card.fields.notes).toBe('раз два')
  })

  it('takes an own older value on the server for its own after a lost answer', async () => {
    const bench = await openDesk()
    bench.server.mood = 'lost'
    bench.desk.type(cardId, 'notes', 'а')
    await bench.advance(600)
    expect(bench.server.card.fields.notes).toBe('а')
    bench.desk.type(cardId, 'notes', 'аб')
    await bench.restart()
    bench.server.mood = 'ok'
    await bench.advance(60_000)
    expect(bench.server.card.fields.notes).toBe('аб')
    expect(bench.entry?.clashes).toEqual([])
  })

  it('shows a true clash, leaves the other side as it is, and obeys the choice', async () => {
    const bench = await openDesk()
    await bench.connect(false)
    bench.desk.type(cardId, 'description', 'моё')
    bench.desk.type(cardId, 'notes', 'заметка')
    bench.server.writeByOther({ description: 'их' })
    await bench.connect(true)
    await bench.advance(1000)
    expect(bench.entry?.clashes).toEqual([{ field: 'description', mine: 'моё', theirs: 'их' }])
    expect(bench.server.card.fields).toMatchObject({ description: 'их', notes: 'заметка' })
    await bench.restart()
    expect(bench.entry?.clashes).toHaveLength(1)
    bench.desk.chooseMine(cardId, 'description')
    await bench.advance(1000)
    expect(bench.server.card.fields.description).toBe('моё')
    expect(bench.entry?.clashes).toEqual([])
  })

  it('drops the own side when the other is chosen', async () => {
    const bench = await openDesk()
    await bench.connect(false)
    bench.desk.type(cardId, 'satisfaction', 2)
    bench.server.writeByOther({ satisfaction: 5 })
    await bench.connect(true)
    bench.desk.chooseTheirs(cardId, 'satisfaction')
    await bench.advance(1000)
    expect(bench.entry?.fields.satisfaction).toBe(5)
    expect(bench.disk.drafts.size).toBe(0)
  })

  it('saves offline: the row is on disk, survives a restart and is sent once the link is back', async () => {
    const bench = await openDesk()
    bench.server.hangUp()
    bench.deliver()
    await bench.connect(false)
    bench.desk.type(cardId, 'description', 'готово')
    await bench.desk.save(cardId)
    expect(bench.disk.outbox).toHaveLength(1)
    expect(bench.disk.drafts.size).toBe(0)
    expect(bench.entry).toMatchObject({ saving: true, fields: { description: 'готово' } })
    await bench.restart()
    expect(bench.desk.state.waitingSaves).toBe(1)
    await bench.connect(true)
    expect(bench.server.card).toMatchObject({ state: 'saved', fields: { description: 'готово' } })
    expect([...bench.server.saves.values()]).toEqual([1])
    expect(bench.disk.outbox).toEqual([])
    expect(bench.desk.state.offered).toEqual([])
  })

  it('repeats a save whose answer was lost under the same key', async () => {
    const bench = await openDesk()
    bench.server.hangUp()
    bench.deliver()
    bench.desk.type(cardId, 'notes', 'x')
    bench.server.mood = 'lost'
    await bench.desk.save(cardId)
    await bench.advance(3000)
    bench.server.mood = 'ok'
    await bench.restart()
    await bench.advance(60_000)
    expect([...bench.server.saves.values()]).toEqual([1])
    expect(bench.disk.outbox).toEqual([])
  })

  it('does not keep a save waiting for a clock that was set back', async () => {
    const bench = await openDesk()
    bench.server.mood = 'down'
    bench.desk.type(cardId, 'notes', 'x')
    await bench.desk.save(cardId)
    await bench.advance(1000)
    bench.server.mood = 'ok'
    bench.disk.outbox = bench.disk.outbox.map((row) => ({ ...row, nextAtMs: row.nextAtMs + 86_400_000 }))
    await bench.restart()
    expect(bench.server.saves.size).toBe(1)
  })

  it('offers what the server clock saved the card without, also at the next sign-in', async () => {
    const bench = await openDesk()
    bench.server.hangUp()
    bench.deliver()
    await bench.connect(false)
    bench.desk.type(cardId, 'description', 'последние слова')
    await bench.advance(61_000)
    expect(bench.server.card.state).toBe('saved')
    await bench.connect(true)
    expect(bench.desk.state.offered).toMatchObject([{ cardId, fields: { description: 'последние слова' } }])
    await bench.restart()
    await settle()
    expect(bench.desk.state.offered).toHaveLength(1)
    await bench.desk.applyOffered(cardId)
    await bench.advance(1000)
    expect(bench.server.card.fields.description).toBe('последние слова')
    expect(bench.desk.state.offered).toEqual([])
    expect(bench.disk.drafts.size).toBe(0)
  })

  it('forgets an offered rest only when it is discarded', async () => {
    const bench = await openDesk()
    bench.desk.type(cardId, 'notes', 'y')
    bench.server.close()
    bench.deliver()
    expect(bench.desk.state.offered).toHaveLength(1)
    const undo = bench.desk.discardOffered(cardId)
    await settle()
    expect(bench.desk.state.offered).toEqual([])
    expect(bench.disk.drafts.size).toBe(0)
    undo()
    await settle()
    expect(bench.desk.state.offered).toMatchObject([{ cardId, fields: { notes: 'y' } }])
    expect(bench.disk.drafts.size).toBe(1)
  })

  it('offers a draft of a card the server does not know', async () => {
    const bench = await openDesk()
    bench.desk.type(cardId, 'notes', 'z')
    await settle()
    bench.server.card = makeCard({ id: 'main:other' })
    await bench.restart()
    await bench.advance(1000)
    expect(bench.desk.state.offered).toMatchObject([{ cardId, card: null, fields: { notes: 'z' } }])
  })

  it('sends at once in the last moment of the wrap-up', async () => {
    const bench = await openDesk()
    bench.server.hangUp()
    bench.deliver()
    await bench.advance(59_000)
    bench.desk.type(cardId, 'notes', 'успел')
    await bench.clock.advance(0)
    expect(bench.server.card).toMatchObject({ state: 'wrapUp', fields: { notes: 'успел' } })
  })

  it('sets a refused save aside, keeps it over a restart, and sends the next of the lane', async () => {
    const bench = await openDesk()
    bench.server.mood = 'refuses'
    bench.desk.type(cardId, 'notes', 'длинно')
    await bench.desk.save(cardId)
    await bench.advance(100)
    expect(bench.desk.state.setAside).toMatchObject([{ cardId, reason: 'invalidInput', fields: { notes: 'длинно' } }])
    await bench.restart()
    expect(bench.desk.state.setAside).toHaveLength(1)
    bench.server.mood = 'ok'
    bench.desk.type(cardId, 'description', 'дальше')
    await bench.desk.save(cardId)
    await bench.advance(100)
    expect(bench.server.card.fields).toMatchObject({ description: 'дальше', notes: '' })
    const [row] = bench.desk.state.setAside
    await bench.desk.retrySetAside(row?.id ?? '')
    await settle()
    expect(bench.server.card.fields.notes).toBe('длинно')
    expect(bench.desk.state.setAside).toEqual([])
  })

  it('says when the disk refuses, lets typing go on, and writes when it can', async () => {
    const bench = await openDesk()
    await bench.connect(false)
    bench.disk.fault = 'diskFull'
    bench.desk.type(cardId, 'notes', 'на память')
    await settle()
    expect(bench.entry).toMatchObject({ keep: 'notKept', fields: { notes: 'на память' } })
    bench.disk.fault = null
    await bench.advance(2000)
    expect(bench.entry?.keep).toBe('kept')
    expect([...bench.disk.drafts.values()][0]?.changes['notes']).toBe('на память')
  })

  it('saves to the server even when the disk refuses the row', async () => {
    const bench = await openDesk()
    bench.disk.fault = 'diskFull'
    bench.desk.type(cardId, 'notes', 'без диска')
    await bench.desk.save(cardId)
    await bench.advance(2000)
    expect(bench.server.card.fields.notes).toBe('без диска')
    expect(bench.server.saves.size).toBe(1)
  })

  it('brings typing to the server where the browser gives no storage, and merges what lay there once it does', async () => {
    const bench = new DeskBench('blocked')
    const left = { userId: 'u1', cardId, baseVersion: 1, changes: { notes: 'с прошлого раза' }, updatedAtMs: 0 }
    bench.disk.drafts.set(JSON.stringify(['u1', cardId]), left)
    await settle()
    await bench.connect()
    bench.desk.type(cardId, 'description', 'без хранилища')
    await bench.advance(1000)
    expect(bench.server.card.fields.description).toBe('без хранилища')
    bench.disk.fault = null
    await bench.advance(3000)
    expect(bench.desk.state.loaded).toBe(true)
    expect(bench.entry).toMatchObject({ keep: 'kept', fields: { description: 'без хранилища', notes: 'с прошлого раза' } })
  })

  it('has the last keystroke on the disk when it is closed behind a write under way, and sends nothing more', async () => {
    const bench = await openDesk()
    bench.desk.type(cardId, 'notes', 'а')
    bench.desk.type(cardId, 'notes', 'аб')
    await bench.desk.close()
    expect([...bench.disk.drafts.values()][0]?.changes['notes']).toBe('аб')
    await bench.advance(5000)
    expect(bench.server.writes).toEqual([])
  })

  it('brings everything to the server before the session ends', async () => {
    const bench = await openDesk()
    bench.desk.type(cardId, 'notes', 'перед выходом')
    await bench.desk.sendAll()
    expect(bench.server.card.fields.notes).toBe('перед выходом')
  })

  it('leaves the drafts and saves of another person on this computer alone', async () => {
    const bench = await openDesk()
    await bench.connect(false)
    bench.desk.type(cardId, 'notes', 'чужое')
    await bench.desk.save(cardId)
    bench.desk.type(cardId, 'description', 'чужое')
    await settle()
    bench.server.card = makeCard({ id: 'main:other' })
    bench.online = true
    await bench.restart('u2')
    await bench.advance(120_000)
    expect(bench.desk.state).toMatchObject({ offered: [], setAside: [], waitingSaves: 0 })
    expect(bench.disk.outbox).toHaveLength(1)
    expect(bench.disk.drafts.size).toBe(1)
  })
})
