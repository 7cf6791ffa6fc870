import { expect, it } from 'vitest'
import { leaveListToSave } from './use-choice-select.ts'

function pressed(change: { key?: string; ctrlKey?: boolean; metaKey?: boolean; altKey?: boolean }): string[] {
  const said: string[] = []
  const currentTarget = { blur: () => void said.push('blur'), focus: () => void said.push('focus') }
  const press = { key: 'Enter', code: 'Enter', ctrlKey: false, metaKey: false, altKey: false, shiftKey: false, ...change }
  leaveListToSave({ ...press, currentTarget })
  return said
}

it('leaves the list for Ctrl+Enter, and stays in the field', () => {
  expect(pressed({ ctrlKey: true })).toEqual(['blur', 'focus'])
  expect(pressed({ metaKey: true })).toEqual(['blur', 'focus'])
})

it('leaves Enter and everything else to the list', () => {
  for (const press of [{}, { key: 'a' }, { key: 'a', ctrlKey: true }, { altKey: true }, { ctrlKey: true, altKey: true }])
    expect(pressed(press)).toEqual([])
})
