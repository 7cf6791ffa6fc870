import type { User } from '../contract/index.ts'
import { AppError } from '../errors.ts'
import type { CardRecord, CardRefusal } from './card-machine.ts'

export function assertMayRead(user: User, record: CardRecord | null): asserts record is CardRecord {
  if (!record || (user.role === 'operator' && record.operatorId !== user.id)) throw new AppError('notFound', 'No such card')
}

export function assertMayWrite(user: User, record: CardRecord | null): asserts record is CardRecord {
  assertMayRead(user, record)
  if (record.operatorId !== user.id) throw new AppError('forbidden', 'Only the person whose card this is may change it')
}

/** A refused step of a card, as its sender is told. */
export function refused(refusal: CardRefusal): AppError {
  return refusal === 'notInWrapUp'
    ? new AppError('conflict', 'Only wrap-up can be extended; this card is not in it')
    : new AppError('conflict', 'Wrap-up was extended as often as the form of this queue allows')
}
