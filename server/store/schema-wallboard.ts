/** Tables of the wallboards. Times are epoch milliseconds UTC. */
export interface WallboardTables {
  wallboards: WallboardsTable
}

/** A link that opens a wallboard. A revoked one has no row. */
interface WallboardsTable {
  id: string
  /** JSON: what it shows, and until when. */
  settings: string
  /** SHA-256 of the token, in hex. */
  token_hash: string
  created_by_name: string
  created_at_ms: number
  last_seen_ms: number | null
}
