import {
  type Icon,
  IconBell,
  IconClockHour9,
  IconDatabase,
  IconDeviceTv,
  IconForms,
  IconGauge,
  IconHistory,
  IconMail,
  IconPlayerPause,
  IconPlugConnected,
  IconSpeakerphone,
  IconStack2,
  IconStackPush,
  IconTemplate,
  IconUser,
  IconUsers,
} from '@tabler/icons-react'
import { Link, Redirect, Route, Switch, useLocation } from 'wouter'
import { useWords } from '../app/i18n.ts'
import { useUser } from '../app/session.ts'
import { PageHeader } from '../ui/index.ts'
import { AccountPage } from './AccountPage.tsx'
import { AnnouncementsPage } from './AnnouncementsPage.tsx'
import { AlarmsPage } from './alarms/AlarmsPage.tsx'
import { AuditPage } from './audit/AuditPage.tsx'
import { ConnectionPage } from './ConnectionPage.tsx'
import { CardSetupPage } from './card/CardSetupPage.tsx'
import { TemplatesPage } from './card/TemplatesPage.tsx'
import { MailPage } from './mail/MailPage.tsx'
import { OperatorQueuesPage } from './OperatorQueuesPage.tsx'
import { PauseReasonsPage } from './PauseReasonsPage.tsx'
import { PeoplePage } from './PeoplePage.tsx'
import { QueuesPage } from './QueuesPage.tsx'
import { QueueRulesPage } from './record/QueueRulesPage.tsx'
import { RecordPage } from './record/RecordPage.tsx'
import classes from './Settings.module.css'
import { WallboardsPage } from './wallboard/WallboardsPage.tsx'
import { words } from './words.ts'
import { WorkTimePage } from './work-time/WorkTimePage.tsx'

type PageId =
  | 'connection'
  | 'people'
  | 'record'
  | 'queues'
  | 'queueRules'
  | 'alarms'
  | 'workTime'
  | 'operatorQueues'
  | 'card'
  | 'templates'
  | 'pauses'
  | 'announcements'
  | 'wallboards'
  | 'mail'
  | 'audit'
  | 'account'

const pages: Record<PageId, { icon: Icon; page: React.ComponentType }> = {
  connection: { icon: IconPlugConnected, page: ConnectionPage },
  people: { icon: IconUsers, page: PeoplePage },
  record: { icon: IconDatabase, page: RecordPage },
  queues: { icon: IconStack2, page: QueuesPage },
  queueRules: { icon: IconGauge, page: QueueRulesPage },
  alarms: { icon: IconBell, page: AlarmsPage },
  workTime: { icon: IconClockHour9, page: WorkTimePage },
  operatorQueues: { icon: IconStackPush, page: OperatorQueuesPage },
  card: { icon: IconForms, page: CardSetupPage },
  templates: { icon: IconTemplate, page: TemplatesPage },
  pauses: { icon: IconPlayerPause, page: PauseReasonsPage },
  announcements: { icon: IconSpeakerphone, page: AnnouncementsPage },
  wallboards: { icon: IconDeviceTv, page: WallboardsPage },
  mail: { icon: IconMail, page: MailPage },
  audit: { icon: IconHistory, page: AuditPage },
  account: { icon: IconUser, page: AccountPage },
}
const everybodys = ['account', 'templates'] as const
const supervisors = ['account', 'alarms', 'operatorQueues', 'wallboards', 'templates'] as const
const administrators = [
  'connection',
  'record',
  'people',
  'queues',
  'queueRules',
  'alarms',
  'workTime',
  'operatorQueues',
  'card',
  'templates',
  'pauses',
  'announcements',
  'wallboards',
  'mail',
  'audit',
  'account',
] as const

export function SettingsScreen() {
  const t = useWords(words)
  const user = useUser()
  const [path] = useLocation()
  const ids: readonly PageId[] = { administrator: administrators, supervisor: supervisors, operator: everybodys }[user.role]
  return (
    <>
      <PageHeader title={t.title} />
      <div className={classes.settings} data-single={ids.length === 1 || undefined}>
        <nav hidden={ids.length === 1} className={classes.nav} aria-label={t.title}>
          {ids.map((id) => {
            const PageIcon = pages[id].icon
            const to = `/settings/${id}`
            return (
              <Link key={id} href={to} className={classes.link} aria-current={path === to ? 'page' : undefined}>
                <PageIcon size={18} stroke={1.5} aria-hidden />
                {t.pages[id]}
              </Link>
            )
          })}
        </nav>
        <div className={classes.page}>
          <Switch>
            {ids.map((id) => (
              <Route key={id} path={`/settings/${id}`} component={pages[id].page} />
            ))}
            <Route>
              <Redirect to={`/settings/${ids[0] ?? 'account'}`} replace />
            </Route>
          </Switch>
        </div>
      </div>
    </>
  )
}
