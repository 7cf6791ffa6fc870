import { IconCloudOff, IconDatabaseOff, IconPhoneOff, IconRefresh } from '@tabler/icons-react'
import { useEffect, useState } from 'react'
import { Link } from 'wouter'
import { contractVersion, type LiveServer, type PbxStatus } from '../../server/contract/index.ts'
import type { StorageNotice } from '../../src-preload/contract/index.ts'
import { usePhone } from '../softphone/index.ts'
import { useBlockedPhone } from './blocked-phone.ts'
import { useWords } from './i18n.ts'
import { useMissingParts } from './later.tsx'
import { useLive } from './live/live.ts'
import { useServers } from './live/servers.ts'
import { awayServers, needsOfflineStrip, needsPbxStrip, opensSettings } from './needed-strips.ts'
import { usePlatform } from './platform.ts'
import classes from './Strips.module.css'
import { useUser } from './session.ts'
import { words } from './words.ts'

/** A blink of the connection is nobody's business. */
const patienceMs = 1_500

/** True once `condition` has held for a moment. */
function useLasting(condition: boolean): boolean {
  const [lasting, setLasting] = useState(false)
  useEffect(() => {
    if (!condition) return setLasting(false)
    const timer = setTimeout(() => setLasting(true), patienceMs)
    return () => clearTimeout(timer)
  }, [condition])
  return lasting && condition
}

/** What everybody has to know now, one quiet line each, on every screen. */
export function Strips({ expired }: { readonly expired: boolean }) {
  const t = useWords(words)
  const { host } = usePlatform()
  const outdated = useLive((state) => state.outdated)
  const serverIsNewer = useLive((state) => (state.serverContract ?? 0) > contractVersion)
  const lost = useLasting(useLive(({ connection, outdated }) => needsOfflineStrip({ connection, outdated, expired })))
  const pbx = useLive((state) => state.view?.pbx ?? null)
  const servers = useServers()
  const away = awayServers(servers)
  const { role } = useUser()
  const link = usePhone((state) => state.link)
  const elsewhere = usePhone((state) => state.elsewhere)
  const blocked = useBlockedPhone()
  // While the server is away a page that is loaded again would not come at all.
  const incomplete = useLasting(useMissingParts(({ count }) => count > 0) && !lost)
  // With several servers, who watches the floor is told which of them; an operator has one and is told of that.
  const named = role !== 'operator' && away.length > 0
  const serversAway = useLasting(named)
  const pbxAway = useLasting(!named && pbx !== null && needsPbxStrip({ pbx, phone: { link, elsewhere }, role }))
  return (
    <div role="status" aria-live="polite">
      <StorageStrip />
      {outdated && (
        <div className={classes.strip} data-tone="own">
          <IconRefresh size={16} stroke={1.75} aria-hidden />
          {/* Loading again brings a browser the server's own version; the desktop app brings its own. */}
          <span>
            {host === 'browser' ? t.strips.outdated : t.strips.otherVersion[serverIsNewer ? 'serverNewer' : 'serverOlder']}
          </span>
          {host === 'browser' && (
            <button type="button" className={classes.action} onClick={() => location.reload()}>
              {t.strips.reload}
            </button>
          )}
        </div>
      )}
      {blocked && !outdated && (
        <div className={classes.strip} data-tone="alarm" data-testid="pbx-changed">
          <IconRefresh size={16} stroke={1.75} aria-hidden />
          <span>{t.strips.pbxChanged}</span>
          <button type="button" className={classes.action} onClick={() => location.reload()}>
            {t.strips.reload}
          </button>
        </div>
      )}
      {incomplete && !outdated && !blocked && (
        <div className={classes.strip} data-tone="wait" data-testid="page-incomplete">
          <IconRefresh size={16} stroke={1.75} aria-hidden />
          <span>{t.strips.incomplete}</span>
          <button type="button" className={classes.action} onClick={() => location.reload()}>
            {t.strips.reload}
          </button>
        </div>
      )}
      {lost && (
        <div className={classes.strip} data-tone="off">
          <IconCloudOff size={16} stroke={1.75} aria-hidden />
          <span>{t.strips.offline}</span>
        </div>
      )}
      {/* What the server last said of the PBX is old when the server itself is away. */}
      {pbxAway && pbx && !lost && <PbxStrip pbx={pbx} />}
      {serversAway && !lost && <ServersStrip away={away} all={servers.length} />}
    </div>
  )
}

/** The drafts of this computer were unreadable and a new store was begun: said until it was read. */
function StorageStrip() {
  const t = useWords(words)
  const platform = usePlatform()
  const [notice, setNotice] = useState<StorageNotice | null>(null)
  useEffect(() => {
    void platform.drafts.state().then(
      ({ notice }) => setNotice(notice),
      () => undefined,
    )
  }, [platform])
  if (notice === null) return null
  return (
    <div className={classes.strip} data-tone="wait" data-testid="storage-notice">
      <IconDatabaseOff size={16} stroke={1.75} aria-hidden />
      <span>{t.strips.setAside(notice.setAsideAs)}</span>
      <button type="button" className={classes.action} onClick={() => setNotice(null)}>
        {t.strips.understood}
      </button>
    </div>
  )
}

/** The rest goes on: only these are out of sight. */
function ServersStrip({ away, all }: { away: readonly LiveServer[]; all: number }) {
  const t = useWords(words)
  const { role } = useUser()
  return (
    <div className={classes.strip} data-tone="wait" data-testid="servers-away">
      <IconPhoneOff size={16} stroke={1.75} aria-hidden />
      <span>
        {t.strips.serversAway(
          away.map(({ name }) => name),
          away.length === all,
        )}
      </span>
      {away.some(({ pbx }) => opensSettings({ pbx, role })) && (
        <Link href="/settings/connection" className={classes.action}>
          {t.strips.openSettings}
        </Link>
      )}
    </div>
  )
}

function PbxStrip({ pbx }: { pbx: PbxStatus }) {
  const t = useWords(words)
  const { role } = useUser()
  return (
    <div className={classes.strip} data-tone={pbx.problem === 'refused' || pbx.problem === 'unreachable' ? 'alarm' : 'wait'}>
      <IconPhoneOff size={16} stroke={1.75} aria-hidden />
      <span>{t.strips.pbx[pbx.problem ?? 'connecting']}</span>
      {opensSettings({ pbx, role }) && (
        <Link href="/settings/connection" className={classes.action}>
          {t.strips.openSettings}
        </Link>
      )}
    </div>
  )
}
