/** Of PostgreSQL: where reports read the record. */
export const recordSchema = 'record'
