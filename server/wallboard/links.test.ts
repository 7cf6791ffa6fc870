import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { galina, openRig, type Rig, settings } from './fixture.ts'
import { newToken, readToken, tokenMatches } from './link-token.ts'
import { mostLinks } from './links.ts'

const dayMs = 86_400_000

describe('a token', () => {
  it('is another one each time, and read as it is typed', () => {
    const token = newToken('abcdefgh')
    expect(newToken('abcdefgh')).not.toBe(token)
    expect(readToken(` ${token.toUpperCase()} `)).toEqual({ token, id: 'abcdefgh' })
  })

  it('forgives letters that look like digits', () => {
    const read = readToken(`abcdefgh-${'o'.repeat(13)}${'L'.repeat(12)}i`)
    expect(read?.token).toBe(`abcdefgh-${'0'.repeat(13)}${'1'.repeat(13)}`)
  })

  it.each(['', 'abcdefgh', `abcdefgh-${'a'.repeat(25)}`, `abcdefgh-${'a'.repeat(27)}`, `abcdefgh-${'ä'.repeat(26)}`])(
    'is not %j',
    (typed) => expect(readToken(typed)).toBeNull(),
  )

  it('matches no link that is not there', () => {
    expect(tokenMatches('', null)).toBe(false)
  })
})

describe('links', () => {
  let rig: Rig
  beforeEach(async () => {
    rig = await openRig()
  })
  afterEach(() => rig.stop())

  it('are found by the whole token, after a restart too', async () => {
    const { id, token } = await rig.links.create(galina, settings)
    expect(rig.links.find(token)).toMatchObject({ id, settings, createdByName: 'Galina', lastSeenMs: null })
    expect((await rig.again()).find(token)?.id).toBe(id)
    const wrong = token.slice(0, -1) + (token.endsWith('0') ? '1' : '0')
    expect(rig.links.find(wrong)).toBeNull()
    expect(rig.links.find(id)).toBeNull()
  })

  it('keep nothing in the database that opens them', async () => {
    const { token } = await rig.links.create(galina, settings)
    const rows = await rig.store.db.selectFrom('wallboards').selectAll().execute()
    const lines = await rig.store.db.selectFrom('audit').selectAll().execute()
    expect(JSON.stringify([rows, lines])).not.toContain(token.split('-')[1])
  })

  it('end by the clock, and are given a new end', async () => {
    const { id, token } = await rig.links.create(galina, { ...settings, expiresAtMs: rig.clock.nowMs() + dayMs })
    rig.clock.advance(dayMs - 1)
    expect(rig.links.find(token)?.id).toBe(id)
    expect(rig.links.open(id)?.id).toBe(id)
    rig.clock.advance(1)
    expect(rig.links.open(id)).toBeNull()
    await rig.links.change(galina, id, { ...settings, expiresAtMs: null })
    expect(rig.links.open(id)?.id).toBe(id)
  })

  it('that are not understood are left out, and the server starts with the others', async () => {
    const made = () => rig.links.create(galina, settings)
    const [kept, odd, broken] = [await made(), await made(), await made()]
    const write = (id: string, settings: string) =>
      rig.store.db.updateTable('wallboards').set({ settings }).where('id', '=', id).execute()
    await write(odd.id, JSON.stringify({ ...settings, theme: 'sepia' }))
    await write(broken.id, '{')
    const again = await rig.again()
    expect(again.all().map(({ id }) => id)).toEqual([kept.id])
    expect(again.find(odd.token)).toBeNull()
  })

  it('are not made or changed to end in the past', async () => {
    const past = { ...settings, expiresAtMs: rig.clock.nowMs() }
    await expect(rig.links.create(galina, past)).rejects.toMatchObject({ code: 'invalidInput', fields: { expiresAtMs: 'past' } })
    const { id } = await rig.links.create(galina, settings)
    await expect(rig.links.change(galina, id, past)).rejects.toMatchObject({ code: 'invalidInput' })
  })

  it('open nothing once revoked or renewed, which is told', async () => {
    const closed: string[] = []
    rig.links.onClose((id) => closed.push(id))
    const [revoked, renewed] = [await rig.links.create(galina, settings), await rig.links.create(galina, settings)]
    await rig.links.revoke(galina, revoked.id)
    const { token } = await rig.links.renew(galina, renewed.id)
    expect(closed).toEqual([revoked.id, renewed.id])
    expect([revoked, renewed].map((link) => rig.links.find(link.token))).toEqual([null, null])
    expect(rig.links.find(token)?.id).toBe(renewed.id)
    const read = await rig.again()
    expect([revoked.token, renewed.token, token].map((each) => read.find(each)?.id)).toEqual([undefined, undefined, renewed.id])
  })

  it('that have ended are given a new end before a new token', async () => {
    const { id } = await rig.links.create(galina, { ...settings, expiresAtMs: rig.clock.nowMs() + 1_000 })
    rig.clock.advance(1_000)
    await expect(rig.links.renew(galina, id)).rejects.toMatchObject({ code: 'invalidInput' })
    await rig.links.change(galina, id, settings)
    const { token } = await rig.links.renew(galina, id)
    expect(rig.links.find(token)?.id).toBe(id)
  })

  it('that are not there cannot be changed', async () => {
    const notFound = { code: 'notFound' }
    await expect(rig.links.change(galina, 'nothing', settings)).rejects.toMatchObject(notFound)
    await expect(rig.links.renew(galina, 'nothing')).rejects.toMatchObject(notFound)
    await expect(rig.links.revoke(galina, 'nothing')).rejects.toMatchObject(notFound)
  })

  it('are not made without end', async () => {
    for (let n = 0; n < mostLinks; n++) await rig.links.create(galina, settings)
    await expect(rig.links.create(galina, settings)).rejects.toMatchObject({ code: 'conflict' })
  })

  it('know when they were seen last, to the minute', async () => {
    const { id } = await rig.links.create(galina, settings)
    await rig.links.seen(id)
    const firstMs = rig.clock.nowMs()
    rig.clock.advance(59_999)
    await rig.links.seen(id)
    expect((await rig.again()).open(id)?.lastSeenMs).toBe(firstMs)
    rig.clock.advance(1)
    await rig.links.seen(id)
    expect((await rig.again()).open(id)?.lastSeenMs).toBe(firstMs + 60_000)
  })

  it('say in the audit who did what', async () => {
    const { id } = await rig.links.create(galina, settings)
    await rig.links.change(galina, id, { ...settings, name: 'Other' })
    await rig.links.renew(galina, id)
    await rig.links.revoke(galina, id)
    const lines = await rig.store.db.selectFrom('audit').select(['actor_id', 'action', 'subject']).execute()
    const actions = ['wallboard.create', 'wallboard.change', 'wallboard.renew', 'wallboard.revoke']
    expect(lines).toEqual(expect.arrayContaining(actions.map((action) => ({ actor_id: 'galina', action, subject: id }))))
  })
})
