import { z } from 'zod'
import { CardFieldName } from './card-fields.ts'
import { everyRole, overseers } from './roles.ts'
import { defineRoute } from './route.ts'

const Id = z.string().regex(/^[a-z0-9-]{1,60}$/)
/** A name in both languages; an empty one is shown as the other. */
const names = { ru: z.string().trim().max(120), en: z.string().trim().max(120) }
/** What the operator may say. Paragraphs, `# heading`, `- list`, `> words to say`, `**bold**`; never markup of a page. */
const Script = z.object({ ru: z.string().max(4_000), en: z.string().max(4_000) })
export type Script = z.infer<typeof Script>

/** Ids stay for ever: what is not wanted any more is `archived`, and cards of the past keep their meaning. */
export const Category = z.object({ id: Id, parentId: Id.nullable(), ...names, script: Script, archived: z.boolean() })
export type Category = z.infer<typeof Category>

/** `categoryIds`: only for these categories and what is under them; empty for all. */
export const CallResult = z.object({ id: Id, ...names, categoryIds: z.array(Id).max(500), archived: z.boolean() })
export type CallResult = z.infer<typeof CallResult>

const FieldOption = z.object({ id: Id, ...names, archived: z.boolean() })
export const ExtraFieldKind = z.enum(['text', 'number', 'date', 'choice', 'yesNo'])
export type ExtraFieldKind = z.infer<typeof ExtraFieldKind>
/** `options` of a choice, [] for the other kinds. */
export const ExtraField = z.object({
  id: Id,
  kind: ExtraFieldKind,
  ...names,
  options: z.array(FieldOption).max(100),
  archived: z.boolean(),
})
export type ExtraField = z.infer<typeof ExtraField>

/** The card of one queue's calls; `queue` null: of all calls without a form of their own, outgoing ones too. */
export const CardForm = z.object({
  queue: z.string().max(80).nullable(),
  /** Shown, in this order. `callBackAtMs` goes with `callBack`. */
  fields: z.array(z.object({ name: CardFieldName, required: z.boolean() })).max(70),
  /** Top-level categories to choose from, with what is under them; empty for all. */
  categoryIds: z.array(Id).max(500),
  /** Guidance while the chosen category has none of its own. */
  script: Script,
  /** 0: the card closes with the call. */
  wrapUpMs: z.number().int().min(0).max(1_800_000),
  /** How often the operator may add one more wrap-up length. */
  maxExtensions: z.number().int().min(0).max(20),
})
export type CardForm = z.infer<typeof CardForm>

export const CardSetup = z.object({
  categories: z.array(Category).max(500),
  results: z.array(CallResult).max(200),
  extraFields: z.array(ExtraField).max(50),
  forms: z.array(CardForm).max(200),
})
export type CardSetup = z.infer<typeof CardSetup>

/** A text ready to insert; `shared` by everybody, or the own one of its writer. */
export const NoteTemplate = z.object({
  id: z.uuid(),
  shared: z.boolean(),
  title: z.string().trim().min(1).max(80),
  body: z.string().min(1).max(4_000),
})
export type NoteTemplate = z.infer<typeof NoteTemplate>

export const formRoutes = {
  cardSetup: defineRoute({
    method: 'GET',
    path: '/api/card-setup',
    access: everyRole,
    summary: 'Categories, results, extra fields and the forms of the queues. `version` grows with each save',
    response: z.object({ version: z.number().int(), setup: CardSetup }),
  }),
  saveCardSetup: defineRoute({
    method: 'PUT',
    path: '/api/card-setup',
    access: ['administrator'],
    summary: 'Save it whole. Refused with `conflict` when somebody saved since `baseVersion`; ids may not vanish',
    body: z.object({ baseVersion: z.number().int(), setup: CardSetup }),
    response: z.object({ version: z.number().int(), setup: CardSetup }),
  }),
  noteTemplates: defineRoute({
    method: 'GET',
    path: '/api/note-templates',
    access: everyRole,
    summary: 'The shared templates and the own ones, by title',
    response: z.object({ templates: z.array(NoteTemplate) }),
  }),
  putNoteTemplate: defineRoute({
    method: 'PUT',
    path: '/api/note-templates/:id',
    access: everyRole,
    summary: 'Create or change a template by its id. Shared ones are for supervisors and administrators to write',
    params: z.object({ id: z.uuid() }),
    body: NoteTemplate.omit({ id: true }),
    response: NoteTemplate,
  }),
  deleteNoteTemplate: defineRoute({
    method: 'DELETE',
    path: '/api/note-templates/:id',
    access: everyRole,
    summary: 'Remove an own template; shared ones as above. Repeating it changes nothing',
    params: z.object({ id: z.uuid() }),
    response: z.object({}),
  }),
}

/** Who may write shared templates. */
export const sharedTemplateRoles = overseers
