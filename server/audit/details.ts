import type { AuditDetail } from '../contract/index.ts'

/** Of one action more would be nothing to read. */
export const mostDetails = 40
const longestText = 300

type Value = AuditDetail['value']

/** What was written with an action, value by value; `nameOf`: what an id stands for, null for any other text. */
export function detailsOf(
  written: unknown,
  nameOf: (text: string) => string | null,
): { details: AuditDetail[]; omitted: number } {
  const all: AuditDetail[] = []
  const told = (value: Value): Value => (typeof value === 'string' ? (nameOf(value) ?? shortened(value)) : value)
  const walk = (name: string, value: unknown): void => {
    if (isValue(value)) all.push({ name, value: told(value) })
    else if (Array.isArray(value) && value.every(isValue)) all.push({ name, value: shortened(value.map(told).join(', ')) })
    else if (Array.isArray(value)) for (const [at, one] of value.entries()) walk(`${name}.${at + 1}`, one)
    else if (typeof value === 'object' && value !== null)
      for (const [key, one] of Object.entries(value)) walk(name === '' ? key : `${name}.${key}`, one)
  }
  walk('', written)
  return { details: all.slice(0, mostDetails), omitted: Math.max(0, all.length - mostDetails) }
}

const isValue = (value: unknown): value is Value =>
  value === null || typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'

const shortened = (text: string): string => (text.length > longestText ? `${text.slice(0, longestText)}…` : text)
