import { IconPlugConnectedX } from '@tabler/icons-react'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import { useApi } from '../app/api.ts'
import { useFormat } from '../app/format.ts'
import { useWords } from '../app/i18n.ts'
import { useLive, useNow } from '../app/live/live.ts'
import { useServers } from '../app/live/servers.ts'
import strips from '../app/Strips.module.css'
import { words as appWords } from '../app/words.ts'
import { askEveryMs, gapToTell, type ReadGaps } from './link-gaps.ts'
import { words } from './words.ts'

/** The last time nothing was heard of the PBX, or of one of several, and whether its own record has told since what happened. */
export function LinkGapNote() {
  const t = useWords(words)
  const { serverRemoved } = useWords(appWords)
  const api = useApi()
  const format = useFormat()
  const nowMs = useNow()
  const upSinceMs = useLive(({ view }) => (view?.pbx.state === 'up' ? view.pbx.sinceMs : null))
  const servers = useServers()
  const [read, setRead] = useState<ReadGaps>({})
  const { data } = useQuery({
    queryKey: ['link-gaps', upSinceMs],
    queryFn: () => api.linkGaps(),
    enabled: upSinceMs !== null,
    refetchInterval: ({ state }) => askEveryMs({ gaps: state.data?.gaps ?? [], upSinceMs, nowMs: Date.now() }),
  })
  // What was filled in is among today's calls, which nothing else asks for again.
  const queries = useQueryClient()
  const filled = data?.gaps.filter((gap) => gap.filled).length ?? 0
  useEffect(() => {
    if (filled > 0) void queries.invalidateQueries({ queryKey: ['calls'] })
  }, [filled, queries])
  const gap = gapToTell(data?.gaps ?? [], read, nowMs)
  if (gap === null) return null
  const server = servers.length === 0 ? null : (servers.find(({ id }) => id === gap.server)?.name ?? serverRemoved(gap.server))
  return (
    <div className={strips.strip} data-tone="wait" role="status" data-testid="link-gap" data-filled={gap.filled}>
      <IconPlugConnectedX size={16} stroke={1.75} aria-hidden />
      <span>
        {t.linkGap(format.timeWithSeconds(gap.fromMs), format.timeWithSeconds(gap.toMs), server)}{' '}
        {gap.filled ? t.linkGapFilled(gap.calls) : t.linkGapOpen}
      </span>
      <button type="button" className={strips.action} onClick={() => setRead({ ...read, [gap.server]: gap.toMs })}>
        {t.linkGapRead}
      </button>
    </div>
  )
}
