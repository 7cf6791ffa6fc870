import { expect, it } from 'vitest'
import type { Customer } from '../../server/contract/index.ts'
import { DraftRow } from '../../src-preload/contract/index.ts'
import { afterClash, changedFields, draftOf, fromCustomerRow, newDraft, toCustomerRow } from './customer-draft.ts'

const customer: Customer = { id: 'c', name: 'A', phones: ['+79160000101'], address: '', notes: '', tag: null, version: 3 }
const draft = draftOf(customer)

it('a new customer begins with what the call tells, and leaves empty lines out', () => {
  expect(newDraft({ number: '+7916', callerName: 'Пётр' }, 'n').fields).toMatchObject({ name: 'Пётр', phones: ['+7916'] })
  expect(newDraft({ number: '', callerName: '' }, 'n').fields.phones).toEqual([])
  const typed = { ...newDraft({ number: '+7916', callerName: ' П ' }, 'n') }
  expect(changedFields({ ...typed, fields: { ...typed.fields, phones: ['+7916', ' '], tag: ' ' } })).toMatchObject({
    name: 'П',
    phones: ['+7916'],
    tag: null,
  })
})

it('only what was changed is sent', () => {
  expect(changedFields(draft)).toEqual({})
  const fields = { ...draft.fields, name: 'B', phones: ['+79160000101', ''] }
  expect(changedFields({ ...draft, fields })).toEqual({ name: 'B' })
})

it('what clashed stays in the form over the newer customer', () => {
  const mine = { ...draft, fields: { ...draft.fields, name: 'mine', notes: 'sent' } }
  const newer = { ...customer, name: 'theirs', notes: 'sent', version: 5 }
  const clashes = [{ field: 'name' as const, mine: 'mine', theirs: 'theirs' }]
  const next = afterClash(mine, newer, clashes)
  expect(next).toMatchObject({ customer: { version: 5 }, fields: { name: 'mine', notes: 'sent' }, clashes })
  expect(changedFields(next)).toEqual({ name: 'mine' })
})

it('lies on the disk as it was typed, half a phone and an empty name with it', () => {
  const typed = { ...draft, fields: { ...draft.fields, name: '', phones: ['+7916', ''] } }
  const clashed = afterClash(typed, { ...customer, name: 'theirs', version: 5 }, [{ field: 'name', mine: '', theirs: 'theirs' }])
  for (const each of [typed, clashed, newDraft({ number: '+7916', callerName: '' }, 'n')]) {
    const row = toCustomerRow('u1', 'main:1.1', each, 7)
    expect(DraftRow.parse(JSON.parse(JSON.stringify(row)))).toEqual(row)
    expect(fromCustomerRow(row)).toEqual({ cardId: 'main:1.1', draft: each })
  }
})

it('a card’s own row, or one of another version, is no customer’s', () => {
  const row = toCustomerRow('u1', 'main:1.1', draft, 7)
  expect(fromCustomerRow({ ...row, cardId: 'main:1.1' })).toBeNull()
  expect(fromCustomerRow({ ...row, changes: { fields: { name: 1 } } })).toBeNull()
})
