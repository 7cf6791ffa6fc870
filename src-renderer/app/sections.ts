import {
  type Icon,
  IconChartBar,
  IconChecklist,
  IconDeviceDesktopAnalytics,
  IconHeadset,
  IconHistory,
  IconPhoneCall,
  IconSettings,
} from '@tabler/icons-react'
import type { User } from '../../server/contract/index.ts'

export type SectionId = 'workplace' | 'tasks' | 'history' | 'floor' | 'calls' | 'reports' | 'settings'

export interface Section {
  readonly id: SectionId
  readonly path: string
  readonly icon: Icon
}

const sections: Record<SectionId, Section> = {
  workplace: { id: 'workplace', path: '/workplace', icon: IconHeadset },
  tasks: { id: 'tasks', path: '/tasks', icon: IconChecklist },
  history: { id: 'history', path: '/history', icon: IconHistory },
  // `/monitor` is the same screen in a window of its own.
  floor: { id: 'floor', path: '/floor', icon: IconDeviceDesktopAnalytics },
  calls: { id: 'calls', path: '/calls', icon: IconPhoneCall },
  reports: { id: 'reports', path: '/reports', icon: IconChartBar },
  settings: { id: 'settings', path: '/settings', icon: IconSettings },
}

const order = {
  operator: ['workplace', 'tasks', 'history', 'reports', 'settings'],
  supervisor: ['floor', 'calls', 'reports', 'workplace', 'tasks', 'history', 'settings'],
  administrator: ['settings', 'floor', 'calls', 'reports', 'workplace', 'tasks', 'history'],
} as const satisfies Record<User['role'], readonly SectionId[]>

/** Without an extension there is no phone to work at; an operator is told so there. */
export const hasWorkplace = (user: User): boolean => user.role === 'operator' || user.extension !== null

/** The sections a person has, the one they land on first. */
export function sectionsOf(user: User): Section[] {
  return order[user.role].filter((id) => hasWorkplace(user) || (id !== 'workplace' && id !== 'tasks')).map((id) => sections[id])
}

/** May this person have the supervisor's screens? */
export const mayOversee = (user: User): boolean => user.role !== 'operator'
