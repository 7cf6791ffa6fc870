export { PageHeader } from './PageHeader.tsx'
export { EmptyState, ErrorState, LoadingLines, useErrorWords } from './states.tsx'
export { StatusBadge, StatusDot, type Tone, ToneBadge, toneOf } from './status.tsx'
export { Duration, Kbd, Length, PhoneNumber } from './values.tsx'
