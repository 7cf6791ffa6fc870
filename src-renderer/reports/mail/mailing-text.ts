import type { MailProblem, MailTrouble } from '../../../server/contract/index.ts'

interface TroubleWords {
  readonly problems: Readonly<Record<MailProblem, string>>
  readonly notTaken: (addresses: string) => string
}

/** What is wrong and what to do about it; of a letter that some got, who did not. */
export const troubleText = ({ problem, refused }: MailTrouble, { problems, notTaken }: TroubleWords): string =>
  refused.length > 0 ? notTaken(refused.join(', ')) : problems[problem]
