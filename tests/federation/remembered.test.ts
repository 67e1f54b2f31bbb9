import { describeRemembered } from '../helpers/oracle-scenario.js';

describe('answers of a gateway that remembers', () => describeRemembered(__dirname));
