import type { StoreApi } from 'zustand/vanilla'
import type { PhoneAccount } from '../../server/contract/index.ts'
import type { PhoneState } from './phone.ts'
import type { PhoneController } from './phone-controller.ts'

/** A phone that runs, with or without screens. */
export interface OpenPhone {
  /** The person's id. */
  readonly owner: string
  readonly account: PhoneAccount
  readonly controller: PhoneController
  readonly store: StoreApi<PhoneState>
}

let booted: OpenPhone | null = null

/** By the page's start, before anybody is known to be signed in. */
export function leaveBootedPhone(phone: OpenPhone): void {
  booted = phone
}

/** Hands the phone of the page's start to its owner; for anybody else it is closed. */
export function takeBootedPhone(owner: string): OpenPhone | null {
  const phone = booted
  booted = null
  if (phone === null || phone.owner === owner) return phone
  void phone.controller.stop()
  return null
}
