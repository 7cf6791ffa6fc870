import { Select } from '@mantine/core'

interface FilterSelectProps<Value extends string> {
  /** Its accessible name. */
  readonly label: string
  /** What is shown, and meant, while nothing is chosen. */
  readonly all: string
  readonly width: number
  readonly options: readonly { readonly value: Value; readonly label: string }[]
  readonly value: Value | null
  readonly onChange: (value: Value | null) => void
  readonly testId?: string
}

/** Narrows what is below to one of several; can be cleared. */
export function FilterSelect<Value extends string>(props: FilterSelectProps<Value>) {
  const { label, all, width, options, value, onChange, testId } = props
  return (
    <Select
      size="xs"
      w={width}
      aria-label={label}
      placeholder={all}
      clearable
      data={options}
      value={value}
      onChange={onChange}
      data-testid={testId}
    />
  )
}
