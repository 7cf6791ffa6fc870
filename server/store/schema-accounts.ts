import type { Role } from '../contract/index.ts'

export interface UsersTable {
  id: string
  /** Lower case, so that uniqueness needs no collation. */
  email: string
  name: string
  role: Role
  extension: string | null
  /** 0 or 1. */
  active: number
  password_hash: string
  /** Encrypted by the SecretBox. */
  sip_secret: string | null
  created_at_ms: number
  updated_at_ms: number
  /** JSON list of the queues an operator may join; null: all. */
  queues: string | null
  /** 1: may listen without the operator being told; null: no. */
  listens_privately: number | null
}

/** An extension while it was somebody's. */
export interface ExtensionTimesTable {
  user_id: string
  extension: string
  from_ms: number
  /** null: it still is. */
  to_ms: number | null
}

/** What somebody was called before. */
export interface FormerNamesTable {
  user_id: string
  name: string
  until_ms: number
}

export interface SessionsTable {
  /** SHA-256 of the token, hex: a stolen copy of the database opens no session. */
  token_hash: string
  user_id: string
  created_at_ms: number
  expires_at_ms: number
}

export interface SettingsTable {
  key: string
  /** JSON text, validated by whoever owns the key. */
  value: string
  updated_at_ms: number
}

export interface QueueNamesTable {
  number: string
  name: string
}

export interface AccountsTables {
  users: UsersTable
  extension_times: ExtensionTimesTable
  former_names: FormerNamesTable
  sessions: SessionsTable
  settings: SettingsTable
  queue_names: QueueNamesTable
}
