import { type CallFacts, keyOf, uniteFacts } from '../fold/facts.ts'
import { type FoldedCall, foldCall } from '../fold/fold-call.ts'
import type { FoldRules } from '../fold/rules.ts'
import { recordProblems } from '../record/record-file.ts'
import type { ImportProblemsTable } from '../record/schema.ts'
import { CallGroups } from './call-groups.ts'
import { IdFilter } from './id-filter.ts'
import type { ImportStep } from './import-step.ts'
import { startAfter, startsOf, withStarts } from './pbx-starts.ts'
import type { FirstImport } from './protocol.ts'
import type { StepFiles } from './step-files.ts'
import { Touched } from './touched.ts'

const mostRaw = 500

/**
 * Puts together the calls of a first import that are new, without a look into the record, so that another thread than the
 * writer's can do it: who knows every id the record has, and has seen every step since, knows of which calls nothing was written.
 */
export class NewCalls {
  readonly #rules: FoldRules
  readonly #files: StepFiles
  readonly #nowMs: () => number
  /** Known ids, and those of all steps, also of steps that could not be written: they are then looked for in vain. */
  readonly #seen: IdFilter
  #starts: readonly number[]

  /** `starts`, `known`: of what the record has already. */
  constructor(deps: {
    rules: Omit<FoldRules, 'pbxStartAfter'>
    starts: FirstImport['starts']
    known?: FirstImport['known']
    files: StepFiles
    nowMs: () => number
  }) {
    this.#starts = deps.starts
    this.#seen = new IdFilter(deps.known)
    this.#rules = { ...deps.rules, pbxStartAfter: (ms) => startAfter(this.#starts, ms) }
    this.#files = deps.files
    this.#nowMs = deps.nowMs
  }

  /** The step with its new calls put together; rows of other calls stay rows. */
  prepare(step: ImportStep): ImportStep {
    this.#starts = withStarts(this.#starts, startsOf(step.queueLog))
    const groups = new CallGroups((id) => (this.#seen.has(id) ? null : 'new'))
    const rest = groups.add(step)
    const problems = [...step.problems]
    const touched = new Touched()
    const file = this.#files.fill((add) => {
      for (const group of groups.all()) {
        for (const id of group.ids) this.#seen.add(id)
        if (!group.isNew) {
          rest.cdr.push(...group.cdr)
          rest.queueLog.push(...group.queueLog)
          rest.cel.push(...group.cel)
          continue
        }
        const united = uniteFacts([group])
        const key = group.ids.length === 1 ? (group.ids[0] ?? '') : keyOf(united.facts)
        const { folded, problem } = foldOrTell(key, united, { rules: this.#rules, nowMs: this.#nowMs })
        if (problem) problems.push(problem)
        add({ key, facts: united.text, aliases: group.ids.filter((id) => id !== key), folded })
        touched.call(folded)
      }
    })
    return { ...step, ...rest, problems, newCalls: { file, touched } }
  }
}

/** A call that cannot be folded is set aside, its facts kept: one odd line must not end the import of all others. */
export function foldOrTell(
  key: string,
  { facts, text }: { facts: CallFacts; text: string },
  deps: { rules: FoldRules; nowMs: () => number },
): { folded: FoldedCall; problem: ImportProblemsTable | null } {
  try {
    return { folded: foldCall(key, facts, deps.rules), problem: null }
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    const problem: ImportProblemsTable = {
      source_id: recordProblems,
      place: key,
      kind: 'value',
      text: `a call that cannot be put together, set aside: ${why}`,
      raw: text.slice(0, mostRaw),
      seen_at_ms: deps.nowMs(),
    }
    return { folded: { call: null, legs: [], rings: [], visits: [] }, problem }
  }
}
