export { randomDemoCaller } from './demo-customers.ts'
export { type DemoPerson, demoPassword, demoPeople, demoQueues } from './demo-people.ts'
export { type NewDemoPerson, type SeedDemoDeps, seedDemo } from './seed-demo.ts'
