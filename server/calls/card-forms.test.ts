import { randomUUID } from 'node:crypto'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { CardForm, CardSetup } from '../contract/index.ts'
import { annasCall, cardId, outside, ringing } from './annas-call.ts'
import { anna, boris, type CallsRig, callOf, galina, legOf, openCallsRig, queueOf } from './fixture.ts'

/** What the administrator's forms do to cards: required fields, extra ones, lengths of wrap-up; cards handed over. */

let rig: CallsRig
beforeEach(async () => {
  rig = await openCallsRig()
})
afterEach(() => rig.close())
const { answer, hangUp, advance, card, write, save } = annasCall(() => rig)

const setups = () => rig.calls.setups
async function configure(form: Partial<CardForm>, more: Partial<CardSetup> = {}): Promise<void> {
  const { version, setup } = setups().current()
  const [common] = setup.forms
  if (!common) throw new Error('no common form')
  await setups().save(galina, { baseVersion: version, setup: { ...setup, ...more, forms: [{ ...common, ...form }] } })
}
const serial: CardSetup['extraFields'][number] = {
  id: 'serial',
  kind: 'text',
  ru: 'Номер',
  en: '',
  options: [],
  archived: false,
}

describe('required fields', () => {
  beforeEach(() => configure({ fields: [{ name: 'resultId', required: true }], wrapUpMs: 20_000, maxExtensions: 1 }))

  it('keep a card of wrap-up open when it is saved without them, with everything that was written', async () => {
    await hangUp()
    const { card: kept } = await save({ notes: 'a' })
    expect(kept).toMatchObject({ state: 'wrapUp', fields: { notes: 'a' }, incomplete: false })
    expect((await save({ resultId: 'resolved' })).card).toMatchObject({ state: 'saved', incomplete: false })
  })

  it('do not keep the operator: the clock saves, and the card waits until they are there', async () => {
    await hangUp()
    await advance(20_000)
    expect(await card()).toMatchObject({ state: 'saved', incomplete: true, wrapUpMs: 20_000 })
    expect(await rig.calls.cards.incomplete(anna)).toMatchObject([{ id: cardId }])
    expect(await rig.calls.cards.incomplete(boris)).toEqual([])
    await rig.restart()
    expect(await rig.calls.cards.incomplete(anna)).toMatchObject([{ id: cardId }])
    await save({ notes: 'late' })
    expect(await card()).toMatchObject({ incomplete: true, fields: { notes: 'late' } })
    await save({ resultId: 'resolved' })
    expect(await card()).toMatchObject({ incomplete: false, wrapUpMs: 20_000 })
    expect(await rig.calls.cards.incomplete(anna)).toEqual([])
  })

  it('are not asked of a word with a colleague', async () => {
    rig.telephony.setCall(callOf('5.0', [legOf('5.1', '1001', { state: 'up', answeredAtMs: 1 })], { direction: 'internal' }))
    await rig.settle()
    await rig.calls.cards.writeDraft(anna, 'main:5.1', { baseVersion: 9, changes: { notes: 'a' } })
    rig.telephony.endCall('5.0')
    await rig.settle()
    await advance(20_000)
    expect(await card('main:5.1')).toMatchObject({ state: 'saved', incomplete: false })
  })
})

describe('wrap-up', () => {
  it('is as long as the form says and can be extended as often', async () => {
    await configure({ wrapUpMs: 20_000, maxExtensions: 1 })
    await hangUp()
    const endedAtMs = rig.clock.nowMs()
    expect(await card()).toMatchObject({ wrapUpEndsAtMs: endedAtMs + 20_000, extensionsLeft: 1, extensionMs: 20_000 })
    expect(await rig.calls.cards.extend(anna, cardId)).toMatchObject({ extensionsLeft: 0, wrapUpEndsAtMs: endedAtMs + 40_000 })
    await expect(rig.calls.cards.extend(anna, cardId)).rejects.toMatchObject({ code: 'conflict' })
    await advance(15_000)
    expect((await save({})).card).toMatchObject({ state: 'saved', wrapUpMs: 15_000 })
  })

  it('of no length closes the card with the call and pauses nobody', async () => {
    await configure({ wrapUpMs: 0 })
    rig.telephony.setQueue(queueOf('701', ['1001']))
    await hangUp()
    expect(await card()).toMatchObject({ state: 'saved', wrapUpMs: null, wrapUpEndsAtMs: null })
    expect(rig.telephony.state().queues.get('701')?.members.get('1001')?.paused).toBe(false)
  })
})

describe('extra fields', () => {
  beforeEach(() => configure({}, { extraFields: [serial, { ...serial, id: 'other' }] }))

  it('merge one by one, and outlive a restart', async () => {
    await answer()
    const base = (await card()).version
    const put = (extra: Record<string, string>) =>
      rig.calls.cards.writeDraft(anna, cardId, { baseVersion: base, changes: { extra } })
    await put({ serial: 'a' })
    const { card: merged, clashes } = await put({ serial: 'b', other: 'x' })
    expect(merged.fields.extra).toEqual({ serial: 'a', other: 'x' })
    expect(clashes).toEqual([{ field: 'extra.serial', mine: 'b', theirs: 'a' }])
    await rig.restart()
    expect((await card()).fields.extra).toEqual({ serial: 'a', other: 'x' })
  })

  it('are refused where no field is, and nothing of that write is taken', async () => {
    await answer()
    const refused = write({ notes: 'a', extra: { nope: 'x' } })
    await expect(refused).rejects.toMatchObject({ code: 'invalidInput', fields: { 'extra.nope': 'unknown' } })
    await expect(write({ categoryId: 'nope' })).rejects.toMatchObject({ fields: { categoryId: 'unknown' } })
    expect((await card()).fields.notes).toBe('')
  })

  it('keep their values when they are removed', async () => {
    await answer()
    await write({ extra: { serial: 'a' } })
    await configure(
      {},
      {
        extraFields: [
          { ...serial, archived: true },
          { ...serial, id: 'other' },
        ],
      },
    )
    expect((await card()).fields.extra).toEqual({ serial: 'a' })
    expect((await card()).setupVersion).toBe(setups().current().version)
    await write({ extra: { serial: 'b' } })
    expect((await card()).fields.extra).toEqual({ serial: 'b' })
  })
})

describe('the setup', () => {
  it('is refused when it does not fit, when something vanishes, and when somebody saved since', async () => {
    const { version, setup } = setups().current()
    const attempt = (change: Partial<CardSetup>, baseVersion = version) =>
      setups().save(galina, { baseVersion, setup: { ...setup, ...change } })
    await expect(attempt({ forms: [] })).rejects.toMatchObject({ code: 'invalidInput', fields: { forms: 'noDefault' } })
    await expect(attempt({ results: [] })).rejects.toMatchObject({ code: 'invalidInput' })
    await expect(attempt({}, version - 1)).rejects.toMatchObject({ code: 'conflict' })
    expect(setups().current().version).toBe(version)
    await attempt({})
    await rig.restart()
    expect(setups().current()).toEqual({ version: version + 1, setup })
    expect(await rig.store.db.selectFrom('audit').select(['actor_id', 'action']).execute()).toEqual([
      { actor_id: 'galina', action: 'cardSetup.save' },
    ])
  })

  it('took the old dictionaries over', () => {
    const { categories, results } = setups().dictionaries()
    expect(categories).toContainEqual({ id: 'delivery', ru: 'Доставка', en: 'Delivery' })
    expect(results).toHaveLength(8)
  })
})

describe('a call that goes to the next operator', () => {
  const toBoris = async () => {
    const leg = legOf('1.2', '1002')
    rig.telephony.setCall(callOf('1.0', [outside, leg]))
    await rig.settle()
  }
  const borisCard = () => rig.calls.cards.read(boris, 'main:1.2')

  it('brings what was written, says from whom, and leaves the first card as it was', async () => {
    await answer()
    await write({ description: 'd', categoryId: 'delivery', resultId: 'resolved', satisfaction: 5, callBack: true })
    await toBoris()
    expect(await borisCard()).toMatchObject({
      transferredFrom: { cardId, operatorId: 'anna', operatorName: 'Anna' },
      fields: { description: 'd', categoryId: 'delivery', resultId: null, satisfaction: null, callBack: false },
    })
    expect((await card()).fields).toMatchObject({ description: 'd', resultId: 'resolved', satisfaction: 5 })
  })

  it('goes on bringing it, until the next operator writes a field', async () => {
    await answer()
    await write({ description: 'd', notes: 'n' })
    await toBoris()
    const base = (await borisCard()).version
    await rig.calls.cards.writeDraft(boris, 'main:1.2', { baseVersion: base, changes: { description: 'own' } })
    await write({ description: 'd2', notes: 'n2' })
    expect((await borisCard()).fields).toMatchObject({ description: 'own', notes: 'n2' })
    // Emptied on purpose is written, too.
    await rig.calls.cards.writeDraft(boris, 'main:1.2', { baseVersion: (await borisCard()).version, changes: { notes: '' } })
    await write({ notes: 'n3' })
    expect((await borisCard()).fields.notes).toBe('')
  })

  it('brings nothing to those who only rang beside the first', async () => {
    rig.telephony.setCall({ ...ringing, legs: [...ringing.legs, legOf('1.2', '1002')] })
    await rig.settle()
    await write({ notes: 'a' })
    expect(await borisCard()).toMatchObject({ transferredFrom: null, fields: { notes: '' } })
  })

  it('keeps it over a restart', async () => {
    await answer()
    await write({ notes: 'a' })
    await toBoris()
    await rig.calls.cards.writeDraft(boris, 'main:1.2', { baseVersion: 99, changes: { description: 'b' } })
    await rig.restart()
    expect(await borisCard()).toMatchObject({ transferredFrom: { operatorName: 'Anna' }, fields: { notes: 'a' } })
  })
})

describe('templates', () => {
  const template = { id: randomUUID(), shared: false, title: 'b', body: 'text' }
  const list = async (user = anna) => (await rig.calls.templates.list(user)).map(({ id }) => id)

  it('of one’s own are nobody else’s', async () => {
    await rig.calls.templates.put(anna, template)
    expect(await list()).toEqual([template.id])
    expect(await list(boris)).toEqual([])
    await expect(rig.calls.templates.put(boris, template)).rejects.toMatchObject({ code: 'notFound' })
    await expect(rig.calls.templates.remove(boris, template.id)).rejects.toMatchObject({ code: 'notFound' })
    await rig.calls.templates.remove(anna, template.id)
    await rig.calls.templates.remove(anna, template.id)
    expect(await list()).toEqual([])
  })

  it('of everybody are written by those who may', async () => {
    const shared = { ...template, shared: true }
    await expect(rig.calls.templates.put(anna, shared)).rejects.toMatchObject({ code: 'forbidden' })
    await rig.calls.templates.put(galina, shared)
    expect(await list(boris)).toEqual([template.id])
    await expect(rig.calls.templates.put(anna, template)).rejects.toMatchObject({ code: 'forbidden' })
    await expect(rig.calls.templates.remove(anna, template.id)).rejects.toMatchObject({ code: 'forbidden' })
  })

  it('of everybody are in the action log, by what has changed; one’s own are not', async () => {
    const shared = { ...template, shared: true }
    await rig.calls.templates.put(galina, template)
    for (const put of [shared, shared, { ...shared, title: 'c' }, { ...shared, title: 'c', body: 'longer' }, template, shared])
      await rig.calls.templates.put(galina, put)
    await rig.calls.templates.remove(galina, template.id)
    await rig.calls.templates.remove(galina, template.id)
    const rows = await rig.store.db.selectFrom('audit').selectAll().execute()
    expect(new Set(rows.map(({ actor_id, subject }) => `${actor_id} ${subject}`))).toEqual(
      new Set([`${galina.id} ${template.id}`]),
    )
    const told = rows.map(({ action, details }) => [action, JSON.parse(details)])
    expect(told).toHaveLength(6)
    expect(told).toEqual(
      expect.arrayContaining([
        ['template.save', { name: 'b', to: { text: 'text' } }],
        ['template.save', { name: 'c', from: { name: 'b' }, to: { name: 'c' } }],
        ['template.save', { name: 'c', from: { text: 'text' }, to: { text: 'longer' } }],
        // Kept for oneself, it is gone for everybody else.
        ['template.remove', { name: 'c', from: { text: 'longer' } }],
        ['template.remove', { name: 'b', from: { text: 'text' } }],
      ]),
    )
  })
})
