import { normalizePhone, phoneKey } from '../../calls/index.ts'
import { siteBuckets } from '../fold/buckets.ts'
import { extensionTest, type FoldRules, operatorNames, ruleBook } from '../fold/rules.ts'
import { workTimeBook } from '../fold/work-time.ts'
import type { SiteFacts } from './protocol.ts'

/** A first import meets the customers of years. */
export const rememberedPhones = 100_000

/** What the fold has to know, as the site is. */
export function foldRules(site: SiteFacts): Omit<FoldRules, 'pbxStartAfter'> {
  const queues = new Set(site.queues)
  return {
    buckets: siteBuckets(site.timeZone),
    rule: ruleBook(site.rules),
    workTime: workTimeBook(site.workTimes),
    operatorOf: operatorNames(site.agents),
    isExtension: extensionTest(new Set(site.extensions)),
    isQueue: (number) => queues.has(number),
    phone: (number) => ({ number: normalizePhone(number), key: phoneKey(number) }),
  }
}
