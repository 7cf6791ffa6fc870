import { describe, expect, it } from 'vitest'
import { ApiError } from '../../server/contract/index.ts'
import { fieldErrors } from './field-errors.ts'

const t = { required: 'нужно', alreadyUsed: 'занято', invalid: 'не так', sameServer: 'уже есть' }
const refused = (fields: Record<string, string>) => new ApiError('invalidInput', 'no', { fields })

describe('fieldErrors', () => {
  it('says each complaint in words, by field', () => {
    const error = refused({ email: 'alreadyUsed', amiSecret: 'required', 'iceServers.0': 'Too long', stranger: 'x' })
    expect(fieldErrors(error, ['email', 'amiSecret', 'iceServers', 'host'], t)).toEqual({
      email: 'занято',
      amiSecret: 'нужно',
      iceServers: 'не так',
    })
  })

  it('has nothing to say of other errors, so that they are shown whole', () => {
    expect(fieldErrors(refused({ stranger: 'x' }), ['email'], t)).toBeNull()
    expect(fieldErrors(refused({ emailAddress: 'x' }), ['email'], t)).toBeNull()
    expect(fieldErrors(new Error('email'), ['email'], t)).toBeNull()
  })
})
