/** Tables of supervision. Times are epoch milliseconds UTC. */
export interface SupervisionTables {
  messages: MessagesTable
  message_readers: MessageReadersTable
}

interface MessagesTable {
  id: string
  at_ms: number
  from_id: string
  /** As it was then, for people who have left since. */
  from_name: string
  text: string
}

interface MessageReadersTable {
  message_id: string
  user_id: string
  /** The message's, for the newest of one reader. */
  at_ms: number
  read_at_ms: number | null
}
