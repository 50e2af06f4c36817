import { brokerSuite } from '../support/broker-suite.ts'
import { RABBITMQ_PROGRAM } from '../support/rabbitmq-program.ts'

brokerSuite(RABBITMQ_PROGRAM)
