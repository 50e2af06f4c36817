import { brokerSuite } from './support/broker-suite.ts'
import { MOSQUITTO_PROGRAM } from './support/mosquitto-program.ts'

brokerSuite(MOSQUITTO_PROGRAM)
