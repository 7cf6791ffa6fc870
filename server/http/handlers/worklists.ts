import type { CallControl } from '../../call-control/index.ts'
import type { Calls, CallView } from '../../calls/index.ts'
import type { CallPage, dayRoutes, recordingRoutes, User, worklistRoutes } from '../../contract/index.ts'
import { AppError } from '../../errors.ts'
import type { Recordings } from '../../recordings/index.ts'
import type { PauseReasons } from '../../settings/index.ts'
import type { Handlers } from '../handler.ts'

export interface WorklistHandlerDeps {
  readonly calls: Calls
  readonly callControl: Pick<CallControl, 'qualityOf' | 'ratingOf'>
  readonly recordings: Recordings
  readonly pauseReasons: PauseReasons
}

type Names = keyof typeof worklistRoutes | keyof typeof recordingRoutes | keyof typeof dayRoutes

export function worklistHandlers({ calls, callControl, recordings, pauseReasons }: WorklistHandlerDeps): Pick<Handlers, Names> {
  const { callBacks, missedCalls } = calls
  const pageOf = async ({ callId, mayListen, recordingIds, heard, ...view }: CallView): Promise<CallPage> => {
    const [quality, rating] = await Promise.all([callControl.qualityOf(callId), callControl.ratingOf([callId, ...recordingIds])])
    const page = { ...view, quality, rating }
    if (!mayListen) return { ...page, recordings: [], recordingBar: 'notYours' }
    if (!recordings.configured) return { ...page, recordings: [], recordingBar: 'notConfigured' }
    const found = await recordings.find(callId, { ids: recordingIds, part: heard })
    const recordingBar = found.recordings.length > 0 ? 'none' : found.withheld ? 'notYours' : 'notRecorded'
    return { ...page, recordings: found.recordings, recordingBar }
  }
  const listenTo = async (user: User, { view, ...asked }: { view: CallView; subject: string; recordingId: string }) => {
    if (!view.mayListen) throw new AppError('forbidden', 'Only the operator of the call and supervisors may hear it')
    if (!view.recordingIds.includes(asked.recordingId)) throw new AppError('notFound', 'This call has no such recording')
    return recordings.listen(user, { ...asked, part: view.heard })
  }
  return {
    history: ({ query }, { user }) => calls.history.page(user, query),
    callBacks: async ({ query }, { user }) => {
      const { entries, ...page } = await callBacks.list(user, query)
      return { ...page, callBacks: entries }
    },
    reminders: async (_request, { user }) => ({ callBacks: await callBacks.reminders(user) }),
    createCallBack: ({ body }, { user }) => callBacks.create(user, body),
    updateCallBack: ({ params, body }, { user }) => callBacks.update(user, params.id, body),
    takeCallBack: ({ params }, { user }) => callBacks.take(user, params.id),
    returnCallBack: ({ params }, { user }) => callBacks.return(user, params.id),
    assignCallBack: ({ params, body }, { user }) => callBacks.assign(user, params.id, body),
    completeCallBack: ({ params, body }, { user }) => callBacks.complete(user, params.id, body.done),
    missedCalls: async ({ query }, { user }) => {
      const { entries, ...page } = await missedCalls.list(user, query)
      return { ...page, missedCalls: entries }
    },
    takeMissedCall: ({ params }, { user }) => missedCalls.take(user, params.id),
    returnMissedCall: ({ params }, { user }) => missedCalls.return(user, params.id),
    completeMissedCalls: async ({ body }, { user }) => {
      await missedCalls.complete(user, body.ids, body.done)
      return {}
    },
    callPage: async ({ params }, { user }) => pageOf(await calls.pages.read(user, params.id)),
    pastCall: async ({ params }, { user }) => pageOf(await calls.pages.readCall(user, params.callId)),
    listen: async ({ params: { id, recordingId } }, { user }) =>
      listenTo(user, { view: await calls.pages.read(user, id), subject: id, recordingId }),
    listenToCall: async ({ params: { callId, recordingId } }, { user }) => {
      const view = await calls.pages.readCall(user, callId)
      return listenTo(user, { view, subject: view.card?.id ?? view.callId, recordingId })
    },
    myDay: (_, { user }) => calls.day.read(user),
    pauseReasons: async () => ({ reasons: await pauseReasons.all() }),
    savePauseReasons: async ({ body }, { user }) => ({ reasons: await pauseReasons.save(user, body.reasons) }),
  }
}
