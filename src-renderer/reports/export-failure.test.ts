import { expect, it } from 'vitest'
import { ApiError } from '../../server/contract/index.ts'
import { StorageError } from '../platform/platform.ts'
import { words as uiWords } from '../ui/words.ts'
import { exportFailure } from './export-failure.ts'
import { exportWords } from './export-words.ts'

const { errors } = uiWords.ru
const said = (error: unknown) => exportFailure(error, { ...exportWords.ru, errors })

it('says what can be done: wait for the other files, ask for the right, find another place', () => {
  expect(said(new ApiError('busy', ''))).toContain('Дождитесь')
  expect(said(new ApiError('forbidden', ''))).toBe(`${errors.forbidden.title}. ${errors.forbidden.hint}`)
  expect(said(new StorageError('The disk is full.'))).toContain('место на диске')
})

it('does not send anybody to fields that are not there', () => {
  expect(said(new ApiError('invalidInput', ''))).toBe(exportWords.ru.failed)
  expect(said(new Error('whatever'))).toBe(exportWords.ru.failed)
})
