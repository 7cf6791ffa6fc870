import { ActionIcon, Tooltip } from '@mantine/core'

/** An icon's button in a row of a table, with its name for the eye and for the ear. */
export function RowTool({ label, onClick, children }: { label: string; onClick: () => void; children: React.ReactNode }) {
  return (
    <Tooltip label={label}>
      <ActionIcon variant="subtle" color="gray" aria-label={label} onClick={onClick}>
        {children}
      </ActionIcon>
    </Tooltip>
  )
}
