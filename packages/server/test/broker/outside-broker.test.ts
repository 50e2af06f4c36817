/** The broker that operators are told to take, with the rules that the server writes for it. CRA P-082 */
import { brokerSuite } from '../support/broker-suite.ts'
import { MOSQUITTO_PROGRAM } from '../support/mosquitto-program.ts'

brokerSuite(MOSQUITTO_PROGRAM)
