import type { DialRequest } from '../../src-preload/contract/index.ts'
import { parseLink } from './dial-link.ts'

/** As many as a person may have clicked by mistake; a page that sends hundreds of links gets no further. */
const capacity = 5

/** What came from outside and waits until the person has confirmed it on the workplace. */
export interface Inbox {
  takeLink(link: string): void
  addNumber(request: DialRequest): void
  /** Empties the list. */
  takeNumbers(): DialRequest[]
  takeServerOffer(): string | null
}

export interface InboxDeps {
  readonly onNumber: () => void
  readonly onServerOffer: () => void
  /** A link of ours asks for nothing that can be done: the person clicked it and waits for something. */
  readonly onUseless: () => void
}

export function createInbox(deps: InboxDeps): Inbox {
  let numbers: DialRequest[] = []
  let serverOffer: string | null = null

  const addNumber = (request: DialRequest) => {
    const isNew = !numbers.some(({ number }) => number === request.number)
    if (isNew && numbers.length < capacity) numbers.push(request)
    deps.onNumber()
  }
  return {
    addNumber,
    takeLink(link) {
      const parsed = parseLink(link)
      if (parsed === null) deps.onUseless()
      else if (parsed.kind === 'dial') addNumber({ number: parsed.number, source: 'link' })
      else {
        serverOffer = parsed.address
        deps.onServerOffer()
      }
    },
    takeNumbers() {
      const taken = numbers
      numbers = []
      return taken
    },
    takeServerOffer() {
      const taken = serverOffer
      serverOffer = null
      return taken
    },
  }
}
