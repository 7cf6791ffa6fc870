/**
 * Raised with each change that makes another ledger of the same facts: records made by another version are folded again, in the
 * background, after the upgrade. A test holds it to what the recorded calls come to.
 */
export const foldVersion = 4
