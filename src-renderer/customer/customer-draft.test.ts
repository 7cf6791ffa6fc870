import { expect, it } from 'vitest'
import type { Customer } from '../../server/contract/index.ts'
import { afterClash, changedFields, fieldsOf, keepDraft, keptDraft, newDraft } from './customer-draft.ts'

const customer: Customer = { id: 'c', name: 'A', phones: ['+79160000101'], address: '', notes: '', tag: null, version: 3 }
const draft = { customer, fields: fieldsOf(customer), clashes: [] }

it('a new customer begins with what the call tells, and leaves empty lines out', () => {
  expect(newDraft({ number: '+7916', callerName: 'Пётр' }).fields).toMatchObject({ name: 'Пётр', phones: ['+7916'] })
  expect(newDraft({ number: '', callerName: '' }).fields.phones).toEqual([])
  const typed = { ...newDraft({ number: '+7916', callerName: ' П ' }) }
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

it('a draft waits for its card', () => {
  keepDraft('k', draft)
  expect(keptDraft('k')).toBe(draft)
  keepDraft('k', null)
  expect(keptDraft('k')).toBeNull()
})
