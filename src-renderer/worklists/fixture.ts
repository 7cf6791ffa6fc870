import type { CallBack } from '../../server/contract/index.ts'
import type { WorkItem } from './work-pages.ts'

/** For tests: a call-back somebody has made by hand. `holder` is a person's id, who is called the same. */
export const callBack = (
  id: string,
  { holder, ...more }: Partial<Omit<CallBack, 'holder'>> & { holder?: string } = {},
): WorkItem => ({
  kind: 'callBack',
  entry: {
    id,
    number: '1',
    customer: null,
    holder: holder === undefined ? null : { id: holder, name: holder },
    takenAtMs: null,
    attempts: 0,
    lastAttemptAtMs: null,
    doneAtMs: null,
    doneHow: null,
    doneBy: null,
    doneCardId: null,
    source: 'hand',
    cardId: null,
    reason: '',
    queue: null,
    createdBy: { id: 'x', name: 'x' },
    createdAtMs: 5,
    dueAtMs: null,
    remindBeforeMs: null,
    version: 1,
    ...more,
  },
})
