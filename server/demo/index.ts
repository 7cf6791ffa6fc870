export { demoCustomers, randomDemoCaller } from './demo-customers.ts'
export { demoPassword, demoPeople } from './demo-people.ts'
export { type NewDemoPerson, seedDemo } from './seed-demo.ts'
