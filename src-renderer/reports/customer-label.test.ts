import { expect, it } from 'vitest'
import { ApiError } from '../../server/contract/index.ts'
import { customerLabel } from './customer-label.ts'

it('shows the name, and until there is one no id', () => {
  expect(customerLabel({ name: 'Ада Форм', error: null }, 'gone')).toBe('Ада Форм')
  expect(customerLabel({ name: undefined, error: null }, 'gone')).toBe('…')
})

it('says that a customer is gone only when the server said so', () => {
  expect(customerLabel({ name: undefined, error: new ApiError('notFound', '') }, 'gone')).toBe('gone')
  expect(customerLabel({ name: undefined, error: new ApiError('offline', '') }, 'gone')).toBe('…')
})
