import { brokerSuite } from '../support/broker-suite.ts'
import { NATS_PROGRAM } from '../support/nats-program.ts'

brokerSuite(NATS_PROGRAM)
