'use strict';
/*
 * Walks one version of particle-api-js through the simulator and compares each whole answer with what is right.
 *
 *   node checks.js VERSION CLOUD_URL CONTROL_URL
 *
 * VERSION is 9, 10 or 12. Each check is one line of output, "ok" or "FAILED"; the last line counts them. The exit code
 * is 0 only if all passed. The simulator must be fresh, with six devices made from the seed 7.
 */
const { isDeepStrictEqual, inspect } = require('node:util');

const [version, cloudUrl, controlUrl] = process.argv.slice(2);
const Particle = require(`particle-api-js-${version}`);

const PRODUCT = 12345;
const SLUG = 'simulated-fleet';
const OWNER = { username: 'owner@example.com', password: 'simulated-password' };
const CLIENT = { clientId: 'fleet-command-1001', clientSecret: 'simulated-client-secret' };
/** Names in the path that the library does not encode. */
const encoded = encodeURIComponent;

// ---- what may vary in an answer -------------------------------------------------------------------------------------

const token = { is: (value) => /^[0-9a-f]{40}$/.test(value), toString: () => '<40 hexadecimal digits>' };
const id24 = { is: (value) => /^[0-9a-f]{24}$/.test(value), toString: () => '<24 hexadecimal digits>' };
const instant = { is: (value) => /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/.test(value), toString: () => '<instant>' };
const numbered = (name) => ({ is: (value) => new RegExp(`^${name}-\\d+$`).test(value), toString: () => `<${name}-N>` });

/** The answer with each part that meets its expectation put as that expectation. */
function settled(actual, expected) {
    if (expected && typeof expected.is === 'function') {
        return typeof actual === 'string' && expected.is(actual) ? expected : actual;
    }
    if (Array.isArray(actual) && Array.isArray(expected)) {
        return actual.map((item, i) => settled(item, expected[i]));
    }
    if (actual && expected && typeof actual === 'object' && typeof expected === 'object') {
        return Object.fromEntries(Object.entries(actual).map(([key, value]) => [key, settled(value, expected[key])]));
    }
    return actual;
}

// ---- counting -------------------------------------------------------------------------------------------------------

let passed = 0;
let failed = 0;

function report(name, actual, expected) {
    const seen = settled(actual, expected);
    if (isDeepStrictEqual(seen, expected)) {
        passed++;
        console.log(`ok      ${name}`);
    } else {
        failed++;
        console.log(`FAILED  ${name}\n        seen  ${show(seen)}\n        right ${show(expected)}`);
    }
}

function show(value) {
    return inspect(value, { depth: 9, breakLength: Infinity, compact: true, sorted: true });
}

/** Status and body, of an answer or of the error that the library makes of it. */
async function outcome(call) {
    try {
        const { statusCode, body } = await call();
        return { status: statusCode, body: body === '' ? {} : plain(body) };
    } catch (error) {
        if (error.response !== undefined && error.statusCode === undefined) {
            // What the library reads as a file it hands on as it came.
            return { status: error.status, body: JSON.parse(Buffer.from(error.response.body).toString()) };
        }
        if (error.statusCode === undefined) {
            return { status: 'no answer', body: String(error) };
        }
        return { status: error.statusCode, body: plain(error.body) };
    }
}

function plain(body) {
    if (body instanceof Error || body === undefined || body === null) {
        return body instanceof Error ? `unreadable: ${body.message}` : {};
    }
    const { response, ...fields } = Array.isArray(body) ? {} : body;
    return Array.isArray(body) ? body : fields;
}

async function check(name, call, status, body) {
    const seen = await outcome(call);
    report(name, seen, { status, body });
    return seen.body;
}

async function control(method, path, json) {
    const options = { method, headers: { 'Content-Type': 'application/json' } };
    if (json !== undefined) {
        options.body = JSON.stringify(json);
    }
    const response = await fetch(controlUrl + path, options);
    const text = await response.text();
    return text === '' ? {} : JSON.parse(text);
}

/** What fetch itself sees, for what the library hides: headers, and bodies of no JSON. */
async function raw(method, path, options = {}) {
    const response = await fetch(cloudUrl + path, { method, ...options });
    return { status: response.status, headers: response.headers, text: await response.text() };
}

// ---- answers that come again and again ------------------------------------------------------------------------------

const UNKNOWN_DEVICE = { ok: false, error: 'Device not found' };
const NOT_SIMULATED = { ok: false, error: 'The simulator does not do this' };
const PERMISSION_DENIED = { ok: false, error: 'Permission denied', error_description: 'Permission denied' };
const FOREIGN_DEVICE = {
    error: 'Permission Denied',
    info: "I didn't recognize that device name or ID, try opening"
        + ' https://api.particle.io/v1/devices?access_token=undefined'
};
const NO_TOKEN = { error: 'invalid_request', error_description: 'The access token was not found' };
const BAD_TOKEN = { error: 'invalid_token', error_description: 'The access token provided is invalid.' };
const EXPIRED_TOKEN = { error: 'invalid_token', error_description: 'The access token provided has expired.' };
const lacks = (scope) => ({ error: 'unauthorized', error_description: `This access token lacks the scope ${scope}` });
const userLacks = (scope) => ({ error: 'unauthorized', error_description: `This API user lacks the scope ${scope}` });
const aToken = (more) => ({ token_type: 'bearer', access_token: token, expires_in: 7776000, refresh_token: token, ...more });

/** An entry of a listing; index is its place in the fleet. */
function listed(device, change = {}) {
    return {
        id: device.id,
        name: device.name,
        owner: OWNER.username,
        product_id: PRODUCT,
        platform_id: 13,
        online: true,
        serial_number: `SIM${String(device.index).padStart(9, '0')}`,
        groups: device.groups,
        last_ip_address: '192.0.2.1',
        last_handshake_at: instant,
        last_heard: instant,
        cellular: true,
        status: 'normal',
        notes: null,
        development: false,
        denied: false,
        quarantined: false,
        firmware_product_id: PRODUCT,
        firmware_version: 1,
        system_firmware_version: '6.2.0',
        targeted_firmware_release_version: 1,
        functions: ['setLed', 'reboot', 'open', 'count'],
        variables: { temperature: 'double', uptime: 'int32', locked: 'bool', firmware: 'string' },
        ...change
    };
}

function single(device, change = {}) {
    return {
        ...listed(device),
        connected: true,
        current_build_target: '6.2.0',
        default_build_target: '6.2.0',
        firmware_updates_enabled: true,
        firmware_updates_forced: false,
        mobile_secret: 'SIMULATED000001',
        ...change
    };
}

function called(device, returned) {
    return { id: device.id, name: device.name, connected: true, return_value: returned };
}

function read(device, name, result) {
    return {
        cmd: 'VarReturn',
        name,
        result,
        device: device.id,
        body: { device: device.id, msg: { cmd: 'GetVar', name } },
        coreInfo: {
            name: device.name,
            last_heard: instant,
            connected: true,
            last_handshake_at: instant,
            deviceID: device.id,
            product_id: PRODUCT
        }
    };
}

const meta = (records, number = 1, size = 25) => ({
    page: number,
    per_page: size,
    total_pages: Math.ceil(records / size),
    total_records: records,
    total: records
});
const imported = (change) => ({
    updated: 0,
    updatedDeviceIds: [],
    existingDeviceIds: [],
    nonmemberDeviceIds: [],
    invalidDeviceIds: [],
    ...change
});
const product = {
    id: PRODUCT,
    platform_id: 13,
    name: SLUG,
    slug: SLUG,
    description: 'A simulated fleet',
    user: OWNER.username,
    groups: ['group-0', 'group-1', 'group-2', 'group-3', 'group-4', 'group-5'],
    settings: { quarantine: false }
};

// ---- the walk -------------------------------------------------------------------------------------------------------

async function main() {
    const fleet = (await control('GET', '/fleet')).devices;
    const [first, second, third, fourth, fifth] = fleet;
    const stranger = '0'.repeat(24);

    const people = new Particle({ baseUrl: cloudUrl });
    const server = new Particle({ baseUrl: cloudUrl, ...CLIENT });

    // Tokens.
    const owner = (await check('login by the library\'s own client', () => people.login(OWNER), 200, aToken())).access_token;
    const hour = (await check('login for an hour', () => people.login({ ...OWNER, tokenDuration: 3600 }), 200,
        aToken({ expires_in: 3600 }))).access_token;
    const forever = (await check('login for ever', () => people.login({ ...OWNER, tokenDuration: 0 }), 200,
        aToken({ expires_in: 0 }))).access_token;
    await check('login by particle:particle',
        () => new Particle({ baseUrl: cloudUrl, clientId: 'particle', clientSecret: 'particle' }).login(OWNER), 200, aToken());
    await check('login with a wrong password', () => people.login({ ...OWNER, password: 'guess' }), 400,
        { error: 'invalid_grant', error_description: 'User credentials are invalid' });
    await check('sendOtp, when nobody has a second factor', () => people.sendOtp({ mfaToken: 'x', otp: '123456' }), 400,
        { error: 'invalid_grant', error_description: 'Invalid multi-factor token' });
    const machine = (await check('loginAsClientOwner as the product', () => server.loginAsClientOwner({}), 200, aToken())).access_token;
    await check('loginAsClientOwner with a wrong secret',
        () => new Particle({ baseUrl: cloudUrl, clientId: CLIENT.clientId, clientSecret: 'guess' }).loginAsClientOwner({}), 400,
        { error: 'invalid_client', error_description: 'Client credentials are invalid' });
    await check('loginAsClientOwner as the library\'s own client', () => people.loginAsClientOwner({}), 400,
        { error: 'invalid_client', error_description: 'The grant type is unauthorised for this client_id' });
    await check('the current token of a person',
        () => people.get({ uri: '/v1/access_tokens/current', auth: hour }), 200,
        { expires_at: instant, client: 'particle-api', scopes: [], orgs: [] });
    await check('the current token, when it never expires',
        () => people.get({ uri: '/v1/access_tokens/current', auth: forever }), 200,
        { expires_at: null, client: 'particle-api', scopes: [], orgs: [] });
    if (people.listAccessTokens) {
        const list = await outcome(() => people.listAccessTokens(OWNER));
        report('listAccessTokens shows a token that never expires as the current one is shown',
            { status: list.status, entry: list.body.find((entry) => entry.token === forever) },
            { status: 200, entry: { token: forever, expires_at: null, client: 'particle-api' } });
        report('listAccessTokens shows when the others expire',
            list.body.find((entry) => entry.token === hour),
            { token: hour, expires_at: instant, client: 'particle-api' });
        await check('listAccessTokens with a wrong password',
            () => people.listAccessTokens({ ...OWNER, password: 'guess' }), 401, { ok: false, errors: ['Bad password'] });
    }

    // Functions.
    const auth = owner;
    await check('callFunction by the device\'s id', () => people.callFunction(
        { deviceId: first.id, name: 'setLed', argument: 'on', auth }), 200, called(first, 2));
    await check('callFunction by the device\'s name', () => people.callFunction(
        { deviceId: first.name, name: 'setLed', argument: 'off', auth }), 200, called(first, 3));
    await check('callFunction by an id in capital letters', () => people.callFunction(
        { deviceId: first.id.toUpperCase(), name: 'setLed', argument: 'on', auth }), 200, called(first, 2));
    await check('callFunction of a product by its number', () => people.callFunction(
        { deviceId: first.id, product: PRODUCT, name: 'setLed', argument: 'on', auth: machine }), 200, called(first, 2));
    await check('callFunction of a product by its slug', () => people.callFunction(
        { deviceId: first.id, product: SLUG, name: 'setLed', argument: 'on', auth: machine }), 200, called(first, 2));
    await check('callFunction of a product by the device\'s name', () => people.callFunction(
        { deviceId: first.name, product: PRODUCT, name: 'setLed', argument: 'on', auth: machine }), 404, UNKNOWN_DEVICE);
    await check('callFunction without an argument', () => people.callFunction(
        { deviceId: first.id, name: 'setLed', auth }), 200, called(first, 0));
    await check('callFunction with letters beyond ASCII', () => people.callFunction(
        { deviceId: first.id, name: 'setLed', argument: 'än', auth }), 200, called(first, 3));
    await check('callFunction whose argument is no text', () => people.callFunction(
        { deviceId: first.id, name: 'setLed', argument: 5, auth }), 404, { ok: false, error: 'Function setLed not found' });
    await check('callFunction that the device fails', () => people.callFunction(
        { deviceId: first.id, name: 'open', argument: 'jammed', auth }), 200, called(first, -1));
    await check('callFunction that there is not', () => people.callFunction(
        { deviceId: first.id, name: 'fly', argument: '', auth }), 404, { ok: false, error: 'Function fly not found' });
    await check('callFunction whose name is escaped', () => people.callFunction(
        { deviceId: first.id, name: encoded('a b/ü%'), argument: '', auth }), 404,
        { ok: false, error: 'Function a b/ü% not found' });
    await check('callFunction of a stranger\'s device', () => people.callFunction(
        { deviceId: stranger, name: 'setLed', argument: '', auth }), 403, FOREIGN_DEVICE);
    await check('callFunction of a device that the product does not have', () => people.callFunction(
        { deviceId: stranger, product: PRODUCT, name: 'setLed', argument: '', auth: machine }), 404, UNKNOWN_DEVICE);
    await check('callFunction of another product', () => people.callFunction(
        { deviceId: first.id, product: 1, name: 'setLed', argument: '', auth: machine }), 403, PERMISSION_DENIED);
    await check('callFunction without a token', () => people.callFunction(
        { deviceId: first.id, name: 'setLed', argument: '' }), 400, NO_TOKEN);
    await check('callFunction with a token that there is not', () => people.callFunction(
        { deviceId: first.id, name: 'setLed', argument: '', auth: 'f'.repeat(40) }), 401, BAD_TOKEN);
    report('functions ran on the first device as called, and no others',
        (await control('GET', `/devices/${first.id}/executions`)).executions.map((run) => `${run.name}(${run.argument})`),
        ['setLed(on)', 'setLed(off)', 'setLed(on)', 'setLed(on)', 'setLed(on)', 'setLed()', 'setLed(än)', 'open(jammed)']);

    // Variables.
    await check('getVariable that is a double', () => people.getVariable(
        { deviceId: second.id, name: 'temperature', auth }), 200, read(second, 'temperature', 20.25));
    await check('getVariable that is an integer', () => people.getVariable(
        { deviceId: second.name, name: 'uptime', auth }), 200, read(second, 'uptime', 2));
    await check('getVariable that is a bool', () => people.getVariable(
        { deviceId: second.id, product: PRODUCT, name: 'locked', auth: machine }), 200, read(second, 'locked', false));
    await check('getVariable that is a text', () => people.getVariable(
        { deviceId: second.id, product: SLUG, name: 'firmware', auth: machine }), 200, read(second, 'firmware', '1.4.2'));
    await check('getVariable that there is not', () => people.getVariable(
        { deviceId: second.id, name: 'altitude', auth }), 404, { ok: false, error: 'Unknown Variable: altitude' });
    await check('getVariable of a stranger\'s device', () => people.getVariable(
        { deviceId: 'nobody', name: 'uptime', auth }), 403, FOREIGN_DEVICE);

    // Devices.
    await check('listDevices of a person', () => people.listDevices({ auth }), 200, fleet.map((device) => listed(device)));
    await check('listDevices of a product', () => people.listDevices(
        { product: PRODUCT, sortAttr: 'deviceId', sortDir: 'asc', auth: machine }), 200,
        { devices: byId(fleet).map((device) => listed(device)), customers: [], meta: meta(6) });
    await check('listDevices, the second page', () => people.listDevices(
        { product: PRODUCT, sortAttr: 'deviceId', sortDir: 'asc', page: 2, perPage: 4, auth: machine }), 200,
        { devices: byId(fleet).slice(4).map((device) => listed(device)), customers: [], meta: meta(6, 2, 4) });
    await check('listDevices, a page beyond the last', () => people.listDevices(
        { product: PRODUCT, page: 99, perPage: 4, auth: machine }), 200, { devices: [], customers: [], meta: meta(6, 99, 4) });
    await check('listDevices by a part of the name', () => people.listDevices(
        { product: PRODUCT, deviceName: 'vice-3', auth: machine }), 200,
        { devices: [listed(fourth)], customers: [], meta: meta(1) });
    await check('listDevices by a part of the id', () => people.listDevices(
        { product: PRODUCT, deviceId: third.id.slice(8), auth: machine }), 200,
        { devices: [listed(third)], customers: [], meta: meta(1) });
    await check('listDevices by groups', () => people.listDevices(
        { product: PRODUCT, groups: ['group-1', 'group-3'], sortDir: 'desc', auth: machine }), 200,
        { devices: [listed(fourth), listed(second)], customers: [], meta: meta(2) });
    await check('getDevice by id', () => people.getDevice({ deviceId: first.id, auth }), 200, single(first));
    await check('getDevice by name', () => people.getDevice({ deviceId: first.name, auth }), 200, single(first));
    await check('getDevice of a product', () => people.getDevice(
        { deviceId: first.id, product: SLUG, auth: machine }), 200, single(first));
    await check('getDevice that the product does not have', () => people.getDevice(
        { deviceId: stranger, product: PRODUCT, auth: machine }), 404, UNKNOWN_DEVICE);
    await check('getDevice that is not one\'s own', () => people.getDevice({ deviceId: stranger, auth }), 403, FOREIGN_DEVICE);
    await check('setDeviceNotes', () => people.setDeviceNotes(
        { deviceId: third.id, product: PRODUCT, notes: 'by the door', auth: machine }), 200,
        { id: third.id, notes: 'by the door', updated_at: instant });
    await check('setDeviceNotes on an account path, by name', () => people.setDeviceNotes(
        { deviceId: third.name, notes: 'in the hall', auth }), 200,
        { id: third.id, notes: 'in the hall', updated_at: instant });
    await check('markAsDevelopmentDevice', () => people.markAsDevelopmentDevice(
        { deviceId: third.id, product: PRODUCT, auth: machine }), 200,
        { id: third.id, development: true, updated_at: instant });
    await check('lockDeviceProductFirmware', () => people.lockDeviceProductFirmware(
        { deviceId: third.id, product: PRODUCT, desiredFirmwareVersion: 3, flash: true, auth: machine }), 200,
        { id: third.id, desired_firmware_version: 3, updated_at: instant });
    await check('renameDevice of a product', () => people.renameDevice(
        { deviceId: third.id, product: PRODUCT, name: 'hall', auth: machine }), 200,
        { id: third.id, name: 'hall', updated_at: instant });
    const changed = { name: 'hall', notes: 'in the hall', development: true, desired_firmware_version: 3 };
    await check('getDevice shows what was changed', () => people.getDevice(
        { deviceId: 'hall', auth }), 200, single(third, changed));
    await check('listDevices shows what was changed', () => people.listDevices(
        { product: PRODUCT, deviceName: 'hall', auth: machine }), 200,
        { devices: [listed(third, changed)], customers: [], meta: meta(1) });
    await check('unlockDeviceProductFirmware', () => people.unlockDeviceProductFirmware(
        { deviceId: third.id, product: PRODUCT, auth: machine }), 200,
        { id: third.id, desired_firmware_version: null, updated_at: instant });
    await check('markAsDevelopmentDevice no longer', () => people.markAsDevelopmentDevice(
        { deviceId: third.id, product: PRODUCT, development: false, auth: machine }), 200,
        { id: third.id, development: false, updated_at: instant });
    await check('updateDevice of several fields, by name', () => people.updateDevice(
        { deviceId: 'hall', name: third.name, notes: '', auth }), 200,
        { id: third.id, name: third.name, notes: '', updated_at: instant });
    await check('getDevice shows that again', () => people.getDevice(
        { deviceId: third.id, auth }), 200, single(third, { notes: '' }));
    await check('signalDevice', () => people.signalDevice({ deviceId: first.name, signal: true, auth }), 200,
        { id: first.id, connected: true, signaling: true });
    await check('signalDevice no longer', () => people.signalDevice({ deviceId: first.id, signal: false, auth }), 200,
        { id: first.id, connected: true, signaling: false });
    await check('removeDevice of a product', () => people.removeDevice(
        { deviceId: fourth.id, product: PRODUCT, auth: machine }), 204, {});
    await check('removeDevice that the product no longer has', () => people.removeDevice(
        { deviceId: fourth.id, product: PRODUCT, deny: true, auth: machine }), 404,
        { ok: false, error: 'Device not found for this product' });
    await check('addDeviceToProduct by id', () => people.addDeviceToProduct(
        { deviceId: fourth.id, product: PRODUCT, auth: machine }), 200,
        imported({ updated: 1, updatedDeviceIds: [fourth.id] }));
    await check('removeDevice again', () => people.removeDevice(
        { deviceId: fourth.id, product: PRODUCT, deny: false, auth: machine }), 204, {});
    await check('addDeviceToProduct by a file', () => people.addDeviceToProduct(
        { file: Buffer.from(`${fourth.id}\r\n${first.id.toUpperCase()}\n\nnonsense\n`), product: PRODUCT, auth: machine }), 200,
        imported({
            updated: 1,
            updatedDeviceIds: [fourth.id],
            existingDeviceIds: [first.id],
            invalidDeviceIds: ['nonsense']
        }));
    await check('addDeviceToProduct of nothing', () => people.addDeviceToProduct(
        { product: PRODUCT, auth: machine }), 400,
        { ok: false, error: 'id, ids or a file with one id a line is required' });
    await check('removeDeviceOwner', () => people.removeDeviceOwner(
        { deviceId: fifth.id, product: PRODUCT, auth: machine }), 200, { ok: true });
    await check('getDevice that nobody owns is nobody\'s on account paths', () => people.getDevice(
        { deviceId: fifth.id, auth }), 403, FOREIGN_DEVICE);
    await check('getDevice that nobody owns is the product\'s still', () => people.getDevice(
        { deviceId: fifth.id, product: PRODUCT, auth: machine }), 200, single(fifth, { owner: null }));
    await check('claimDevice', () => people.claimDevice({ deviceId: fifth.id, auth }), 200,
        { user_id: id24, id: fifth.id, connected: true, ok: true });
    await check('claimDevice that there is not', () => people.claimDevice({ deviceId: stranger, auth }), 404,
        { ok: false, errors: ['device does not exist'] });
    await check('removeDevice from one\'s account', () => people.removeDevice({ deviceId: fifth.name, auth }), 200, { ok: true });
    await check('removeDevice that is no longer one\'s own', () => people.removeDevice(
        { deviceId: fifth.id, auth }), 403, FOREIGN_DEVICE);

    // Devices that do not answer.
    await control('POST', `/devices/${second.id}`, { condition: 'silent' });
    await check('callFunction of a silent device', () => people.callFunction(
        { deviceId: second.id, name: 'setLed', argument: 'on', auth }), 408, { ok: false, error: 'timed out' });
    await check('getVariable of a silent device', () => people.getVariable(
        { deviceId: second.id, product: PRODUCT, name: 'uptime', auth: machine }), 408, { ok: false, error: 'timed out' });
    await control('POST', `/devices/${second.id}`, { condition: 'offline' });
    await check('signalDevice that is offline', () => people.signalDevice(
        { deviceId: second.id, signal: true, auth }), 408, { ok: false, error: 'timed out' });
    await check('getDevice that is offline', () => people.getDevice(
        { deviceId: second.id, auth }), 200, single(second, { online: false, connected: false }));
    await control('POST', `/devices/${second.id}`, { condition: 'online' });

    // Groups: the library has listDevices({groups}) only; its plain requests reach the rest.
    const groups = `/v1/products/${PRODUCT}/groups`;
    const group = { name: 'vip', description: 'the best', color: '#19A1FF', fw_version: 1, device_count: 0 };
    await check('a group is made', () => people.post(
        { uri: groups, data: { name: 'vip', description: 'the best' }, auth: machine }), 201, { group });
    await check('a group of a bad name', () => people.post(
        { uri: groups, data: { name: 'V I P' }, auth: machine }), 400,
        { ok: false, error: 'A group\'s name has letters a to z, digits, - and _' });
    await check('devices join a group', () => people.put(
        {
            uri: `/v1/products/${PRODUCT}/devices`,
            data: { action: 'groups', devices: [first.id, second.id], metadata: { add: ['vip'] } },
            auth: machine
        }), 200, { ok: true });
    await check('a group counts its devices', () => people.get({ uri: `${groups}/vip`, auth: machine }), 200,
        { group: { ...group, device_count: 2 } });
    await check('a group is changed', () => people.put(
        { uri: `${groups}/vip`, data: { color: '#000000' }, auth: machine }), 200,
        { group: { ...group, color: '#000000', device_count: 2 } });
    await check('groups are found by a part of their name', () => people.get(
        { uri: groups, query: { name: 'vi' }, auth: machine }), 200,
        { groups: [{ ...group, color: '#000000', device_count: 2 }] });
    await check('listDevices of the group', () => people.listDevices(
        { product: PRODUCT, groups: ['vip'], sortAttr: 'lastConnection', auth: machine }), 200,
        {
            devices: [first, second].map((device) => listed(device, { groups: [...device.groups, 'vip'] })),
            customers: [],
            meta: meta(2)
        });
    await check('a device\'s groups are set', () => people.put(
        { uri: `/v1/products/${PRODUCT}/devices/${second.id}`, data: { groups: second.groups }, auth: machine }), 200,
        { id: second.id, groups: second.groups, updated_at: instant });
    await check('a group is removed', () => people.delete({ uri: `${groups}/vip`, auth: machine }), 204, {});
    await check('a group that there is not', () => people.get({ uri: `${groups}/vip`, auth: machine }), 404,
        { ok: false, error: 'Group not found' });

    // Products and the user.
    await check('listProducts', () => people.listProducts({ auth }), 200, { products: [product] });
    await check('getProduct by its number', () => people.getProduct({ product: PRODUCT, auth }), 200, { product });
    await check('getProduct by its slug', () => people.getProduct({ product: SLUG, auth: machine }), 200, { product });
    await check('getProduct that is another\'s', () => people.getProduct({ product: 'other', auth }), 403, PERMISSION_DENIED);
    await check('getUserInfo', () => people.getUserInfo({ auth }), 200, {
        username: OWNER.username,
        tos: 1,
        account_info: { business_account: true },
        mfa: { enabled: false },
        memberships: [],
        scim_provisioned: false,
        no_password: false,
        wifi_device_count: 0,
        cellular_device_count: 5
    });
    await check('getUserInfo of a machine', () => people.getUserInfo({ auth: machine }), 403, PERMISSION_DENIED);

    // OAuth clients.
    const known = { name: 'Fleet commands', type: 'installed', id: CLIENT.clientId, product_id: PRODUCT };
    await check('listOAuthClients', () => people.listOAuthClients({ product: PRODUCT, auth }), 200,
        { ok: true, clients: [known] });
    const made = await check('createOAuthClient', () => people.createOAuthClient(
        { name: 'My app', type: 'installed', product: PRODUCT, auth }), 200,
        { ok: true, client: { name: 'My app', type: 'installed', id: numbered('my-app'), product_id: PRODUCT, secret: token } });
    await check('createOAuthClient for the web', () => people.createOAuthClient(
        { name: 'Site', type: 'web', redirect_uri: 'https://example.com/in', product: PRODUCT, auth }), 200,
        {
            ok: true,
            client: {
                name: 'Site',
                type: 'web',
                id: numbered('site'),
                redirect_uri: 'https://example.com/in',
                product_id: PRODUCT,
                secret: token
            }
        });
    await check('createOAuthClient for the web without an address', () => people.createOAuthClient(
        { name: 'Site', type: 'web', product: PRODUCT, auth }), 400,
        { ok: false, error: 'redirect_uri is required for a client of type web' });
    await check('createOAuthClient of no known type', () => people.createOAuthClient(
        { name: 'Site', type: 'other', product: PRODUCT, auth }), 400,
        { ok: false, error: 'name and a type of installed or web are required' });
    await check('updateOAuthClient', () => people.updateOAuthClient(
        { clientId: made.client.id, name: 'Our app', product: PRODUCT, auth }), 200,
        { ok: true, client: { name: 'Our app', type: 'installed', id: made.client.id, product_id: PRODUCT } });
    await check('updateOAuthClient that there is not', () => people.updateOAuthClient(
        { clientId: 'nobody', name: 'x', product: PRODUCT, auth }), 404, { ok: false, error: 'Client not found' });
    const app = new Particle({ baseUrl: cloudUrl, clientId: made.client.id, clientSecret: made.client.secret });
    const wide = (await check('a new client without a scope gets the product\'s token', () => app.loginAsClientOwner({}), 200,
        aToken())).access_token;
    await check('which calls every device', () => app.callFunction(
        { deviceId: second.id, product: PRODUCT, name: 'setLed', argument: '', auth: wide }), 200, called(second, 0));
    const limited = await check('createOAuthClient that only makes customers', () => people.createOAuthClient(
        { name: 'Shop', type: 'installed', scope: 'create_customer', product: PRODUCT, auth }), 200,
        {
            ok: true,
            client: {
                name: 'Shop',
                type: 'installed',
                id: numbered('shop'),
                scope: 'create_customer',
                product_id: PRODUCT,
                secret: token
            }
        });
    const shop = new Particle({ baseUrl: cloudUrl, clientId: limited.client.id, clientSecret: limited.client.secret });
    const narrow = (await check('its token', () => shop.loginAsClientOwner({}), 200, aToken())).access_token;
    await check('its token shows its scope', () => shop.get({ uri: '/v1/access_tokens/current', auth: narrow }), 200,
        { expires_at: instant, client: limited.client.id, scopes: ['customers:create'], orgs: [] });
    await check('calls no function', () => shop.callFunction(
        { deviceId: second.id, product: PRODUCT, name: 'setLed', argument: '', auth: narrow }), 400,
        lacks('devices.function:call'));
    await check('reads no variable', () => shop.getVariable(
        { deviceId: second.id, product: PRODUCT, name: 'uptime', auth: narrow }), 400, lacks('devices.variable:get'));
    await check('lists no devices', () => shop.listDevices({ product: PRODUCT, auth: narrow }), 400, lacks('devices:list'));
    await check('a token that was asked for less than its client may', () => app.request({
        uri: '/oauth/token',
        method: 'post',
        form: {
            grant_type: 'client_credentials',
            client_id: made.client.id,
            client_secret: made.client.secret,
            scope: 'customer'
        }
    }).then(async (answer) => app.callFunction(
        { deviceId: second.id, product: PRODUCT, name: 'setLed', argument: '', auth: answer.body.access_token })), 400,
    lacks('devices.function:call'));
    await check('updateOAuthClient widens it', () => people.updateOAuthClient(
        { clientId: limited.client.id, scope: 'devices:list', product: PRODUCT, auth }), 200,
        {
            ok: true,
            client: { name: 'Shop', type: 'installed', id: limited.client.id, scope: 'devices:list', product_id: PRODUCT }
        });
    await check('for the tokens that come', () => shop.loginAsClientOwner({}).then((answer) => shop.listDevices(
        { product: PRODUCT, deviceName: 'device-1', auth: answer.body.access_token })), 200,
        { devices: [listed(second)], customers: [], meta: meta(1) });
    await check('deleteOAuthClient', () => people.deleteOAuthClient(
        { clientId: made.client.id, product: PRODUCT, auth }), 204, {});
    await check('which gets no more tokens', () => app.loginAsClientOwner({}), 400,
        { error: 'invalid_client', error_description: 'Client credentials are invalid' });
    const own = await check('createOAuthClient of one\'s own', () => people.createOAuthClient(
        { name: 'Mine', type: 'installed', auth }), 200,
        { ok: true, client: { name: 'Mine', type: 'installed', id: numbered('mine'), secret: token } });
    await check('listOAuthClients of one\'s own', () => people.listOAuthClients({ auth }), 200,
        { ok: true, clients: [{ name: 'Mine', type: 'installed', id: own.client.id }] });
    await check('loginAsClientOwner by one\'s own client', () => new Particle(
        { baseUrl: cloudUrl, clientId: own.client.id, clientSecret: own.client.secret }).loginAsClientOwner({})
        .then((answer) => people.getDevice({ deviceId: first.name, auth: answer.body.access_token })), 200,
        single(first, { groups: first.groups }));
    await check('deleteOAuthClient of one\'s own', () => people.deleteOAuthClient({ clientId: own.client.id, auth }), 204, {});

    // Customers.
    const customers = `/v1/products/${PRODUCT}/customers`;
    const ann = 'ann@example.com';
    const ben = '3f1c9a52-0d77-4f6e-9c6e-3a4f0e6a7a11';
    const annToken = (await check('createCustomer', () => server.createCustomer(
        { email: 'Ann@example.com', password: 'secret', product: PRODUCT }), 200,
        aToken({ scope: `customer=${ann}` }))).access_token;
    await check('createCustomer twice', () => server.createCustomer(
        { email: ann, password: 'secret', product: PRODUCT }), 400,
        { ok: false, error: 'There is a customer of that name already' });
    await check('createCustomer with a wrong secret',
        () => new Particle({ baseUrl: cloudUrl, clientId: CLIENT.clientId, clientSecret: 'guess' })
            .createCustomer({ email: 'x', password: 'y', product: PRODUCT }), 400,
        { error: 'invalid_client', error_description: 'Client credentials are invalid' });
    await check('createCustomer by the library\'s own client', () => people.createCustomer(
        { email: 'x', password: 'y', product: PRODUCT }), 403, PERMISSION_DENIED);
    await check('createCustomer by a client whose scope does not say so', () => shop.createCustomer(
        { email: 'x', password: 'y', product: PRODUCT }), 403, PERMISSION_DENIED);
    await check('a shadow customer is made', () => server.request(
        { uri: customers, method: 'post', form: { email: ben, no_password: true }, auth: machine }), 200,
        aToken({ scope: `customer=${ben}` }));
    await check('customers are listed', () => people.get({ uri: customers, auth: machine }), 200,
        { customers: [{ id: id24, username: ben }, { id: id24, username: ann }], devices: [], meta: meta(2) });
    await check('a customer logs in through the product\'s client', () => server.login(
        { username: ann, password: 'secret' }), 200, aToken());
    await check('a shadow customer cannot log in', () => server.login({ username: ben, password: 'secret' }), 400,
        { error: 'invalid_grant', error_description: 'User credentials are invalid' });
    const scoped = (scope) => server.request({
        uri: '/oauth/token',
        method: 'post',
        form: {
            grant_type: 'client_credentials',
            client_id: CLIENT.clientId,
            client_secret: CLIENT.clientSecret,
            scope
        }
    });
    const benToken = (await check('a token of a shadow customer', () => scoped(`customer=${ben}`), 200,
        aToken({ scope: `customer=${ben}` }))).access_token;
    await check('a token of a customer that there is not', () => scoped('customer=nobody'), 400,
        { error: 'invalid_scope', error_description: 'There is no such customer' });
    await check('listDevices of a customer without any', () => people.listDevices({ auth: annToken }), 200, []);
    await check('claimDevice by a customer', () => people.claimDevice({ deviceId: fifth.id, auth: annToken }), 200,
        { user_id: id24, id: fifth.id, connected: true, ok: true });
    await check('claimDevice that is another\'s', () => people.claimDevice({ deviceId: fifth.id, auth: benToken }), 403,
        { ok: false, errors: ['device belongs to someone else'] });
    await check('a device is imported for a customer', () => people.post(
        { uri: `/v1/products/${PRODUCT}/devices`, data: { id: fourth.id, claim_user: ben }, auth: machine }), 200,
        imported({ existingDeviceIds: [fourth.id] }));
    await check('listDevices of one customer only', () => people.listDevices({ auth: annToken }), 200,
        [listed(fifth, { owner: ann })]);
    await check('listDevices of the other', () => people.listDevices({ auth: benToken }), 200,
        [listed(fourth, { owner: ben })]);
    await check('callFunction of a customer\'s device', () => people.callFunction(
        { deviceId: fifth.name, name: 'setLed', argument: 'on', auth: annToken }), 200, called(fifth, 2));
    await check('getVariable of a customer\'s device', () => people.getVariable(
        { deviceId: fifth.id, name: 'uptime', auth: annToken }), 200, read(fifth, 'uptime', 5));
    await check('callFunction of another customer\'s device', () => people.callFunction(
        { deviceId: fourth.id, name: 'setLed', argument: 'on', auth: annToken }), 403, FOREIGN_DEVICE);
    await check('callFunction of the owner\'s device by a customer', () => people.callFunction(
        { deviceId: first.id, name: 'setLed', argument: 'on', auth: annToken }), 403, FOREIGN_DEVICE);
    await check('callFunction of a customer\'s device by the owner', () => people.callFunction(
        { deviceId: fifth.id, name: 'setLed', argument: 'on', auth }), 403, FOREIGN_DEVICE);
    await check('callFunction of a customer\'s device by the product', () => people.callFunction(
        { deviceId: fifth.id, product: PRODUCT, name: 'setLed', argument: 'on', auth: machine }), 200, called(fifth, 2));
    await check('a customer has no business on product paths', () => people.callFunction(
        { deviceId: fifth.id, product: PRODUCT, name: 'setLed', argument: 'on', auth: annToken }), 403, PERMISSION_DENIED);
    await check('listDevices of the product names the customers', () => people.listDevices(
        { product: PRODUCT, deviceName: fifth.name, auth: machine }), 200,
        { devices: [listed(fifth, { owner: ann })], customers: [{ id: id24, username: ann }], meta: meta(1) });
    await check('a customer is removed', () => people.delete(
        { uri: `${customers}/${encoded(ann)}`, auth: machine }), 204, {});
    await check('whose token is no more', () => people.listDevices({ auth: annToken }), 401, BAD_TOKEN);

    // The team.
    await check('listTeamMembers', () => people.listTeamMembers({ product: PRODUCT, auth }), 200,
        { ok: true, team: [{ username: OWNER.username, role: { name: 'Owner' } }] });
    const created = (await outcome(() => people.post({
        uri: `/v1/products/${PRODUCT}/team`,
        data: { friendly_name: 'poller', scopes: ['devices.variable:get'] },
        auth
    }))).body.created;
    await check('an API user reads', () => people.getVariable(
        { deviceId: second.id, product: PRODUCT, name: 'uptime', auth: created.tokens[0].token }), 200,
        read(second, 'uptime', 2));
    await check('and calls nothing', () => people.callFunction(
        { deviceId: second.id, product: PRODUCT, name: 'setLed', argument: '', auth: created.tokens[0].token }), 400,
        userLacks('devices.function:call'));
    await check('and has no devices of its own', () => people.listDevices({ auth: created.tokens[0].token }), 400,
        { error: 'unauthorized', error_description: 'API users are not allowed to call this endpoint' });
    await check('removeTeamMember', () => people.removeTeamMember(
        { username: encoded(created.username), product: PRODUCT, auth }), 204, {});

    // How a token is shown.
    const query = (text) => people.get({ uri: `/v1/devices/${first.id}/uptime?${text}` });
    const uptime = read(first, 'uptime', 1);
    await check('a token in the query of a GET', () => query(`access_token=${owner}`), 200, uptime);
    await check('a bad token in the query of a GET', () => query('access_token=x'), 401, BAD_TOKEN);
    await check('a token in a form', () => people.request(
        { uri: `/v1/devices/${first.id}/setLed`, method: 'post', form: { arg: 'on', access_token: owner } }), 200, called(first, 2));
    await check('a token in the query of a POST', () => people.post(
        { uri: `/v1/devices/${first.id}/setLed?access_token=${owner}`, data: { arg: 'on' } }), 400, NO_TOKEN);
    const twice = {
        error: 'invalid_request',
        error_description: 'Only one method may be used to authenticate at a time (Auth header,  GET or POST).'
    };
    await check('a token in the header and in the query', () => people.get(
        { uri: `/v1/devices?access_token=${owner}`, auth }), 400, twice);
    await check('a token in the header and in a form', () => people.request(
        { uri: `/v1/devices/${first.id}/setLed`, method: 'post', form: { arg: 'on', access_token: owner }, auth }), 400, twice);
    await check('a broken Authorization header', () => people.get(
        { uri: '/v1/devices', headers: { Authorization: 'Token abc' } }), 400,
        { error: 'invalid_request', error_description: 'Malformed auth header' });
    const short = (await outcome(() => people.login({ ...OWNER, tokenDuration: 1 }))).body.access_token;
    let expired;
    for (const deadline = Date.now() + 5000; Date.now() < deadline && !(expired && expired.status === 401);) {
        await new Promise((resolve) => setTimeout(resolve, 50));
        expired = await outcome(() => people.getDevice({ deviceId: first.id, auth: short }));
    }
    report('a token that has expired', expired, { status: 401, body: EXPIRED_TOKEN });

    // Paths, methods and headers.
    await check('a path that there is not', () => people.get({ uri: '/v1/nothing/here', auth }), 404,
        { ok: false, error: 'Not found' });
    await check('a path with a slash at its end', () => people.get(
        { uri: `/v1/devices/${first.id}/uptime/`, auth }), 200, uptime);
    await check('a method that a path does not have', () => people.put({ uri: '/v1/access_tokens', auth }), 404,
        { ok: false, error: 'Not found' });
    const preflight = await raw('OPTIONS', `/v1/devices/${first.id}/setLed`,
        { headers: { Origin: 'https://example.com', 'Access-Control-Request-Method': 'POST' } });
    report('a browser may ask before it calls',
        {
            status: preflight.status,
            text: preflight.text,
            origin: preflight.headers.get('access-control-allow-origin'),
            methods: preflight.headers.get('access-control-allow-methods'),
            headers: preflight.headers.get('access-control-allow-headers')
        },
        {
            status: 204,
            text: '',
            origin: '*',
            methods: 'GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS',
            headers: 'Authorization, Content-Type, Accept, X-Particle-Tool, X-Particle-Project'
        });
    for (const [what, path] of [['an answer', '/v1/products'], ['a refusal', '/v1/devices'], ['a path that there is not', '/x']]) {
        const headers = what === 'an answer' ? { Authorization: `Bearer ${owner}` } : {};
        const seen = await raw('GET', path, { headers });
        report(`any page may read ${what}`,
            { origin: seen.headers.get('access-control-allow-origin'), type: seen.headers.get('content-type') },
            { origin: '*', type: 'application/json;charset=utf-8' });
    }

    // The end of tokens.
    if (version === '12') {
        await check('deleteAccessToken', () => people.deleteAccessToken({ token: forever }), 200, { ok: true });
    } else {
        await check('deleteAccessToken', () => people.deleteAccessToken({ ...OWNER, token: forever }), 200, { ok: true });
    }
    await check('which is no more', () => people.getDevice({ deviceId: first.id, auth: forever }), 401, BAD_TOKEN);
    await check('deleteAccessToken that there is not', () => people.deleteAccessToken(
        { ...OWNER, token: forever }), 200, { ok: true });
    await check('deleteCurrentAccessToken', () => people.deleteCurrentAccessToken({ auth: hour }), 200, { ok: true });
    await check('which is no more either', () => people.getDevice({ deviceId: first.id, auth: hour }), 401, BAD_TOKEN);
    await walkTheRest(owner, first);
    await check('deleteActiveAccessTokens', () => people.deleteActiveAccessTokens({ auth: owner }), 200, { ok: true });
    await check('which ends every token of the owner', () => people.getUserInfo({ auth: owner }), 401, BAD_TOKEN);
    await check('and none of the product', () => people.getProduct({ product: SLUG, auth: machine }), 200, { product });
}

function byId(devices) {
    return [...devices].sort((a, b) => (a.id < b.id ? -1 : 1));
}

// ---- every method of the library ------------------------------------------------------------------------------------

/** Checked above. */
const BEHAVES = new Set([
    'login', 'sendOtp', 'createCustomer', 'loginAsClientOwner', 'listAccessTokens', 'deleteAccessToken', 'removeAccessToken',
    'deleteCurrentAccessToken', 'deleteActiveAccessTokens', 'listDevices', 'getDevice', 'claimDevice', 'addDeviceToProduct',
    'removeDevice', 'removeDeviceOwner', 'renameDevice', 'signalDevice', 'setDeviceNotes', 'markAsDevelopmentDevice',
    'lockDeviceProductFirmware', 'unlockDeviceProductFirmware', 'updateDevice', 'getVariable', 'callFunction', 'getUserInfo',
    'listOAuthClients', 'createOAuthClient', 'updateOAuthClient', 'deleteOAuthClient', 'listProducts', 'getProduct',
    'listTeamMembers', 'removeTeamMember'
]);
/** Ask nothing of the cloud by themselves. */
const ASKS_NOTHING = new Set([
    'constructor', 'setContext', 'setDefaultAuth', 'deviceUri', 'get', 'head', 'post', 'put', 'patch', 'delete', 'request',
    'client', 'setBaseUrl', '_isValidContext', '_buildContext', '_integrationUri', '_asList', '_getActiveAuthToken',
    '_namespacedPath', '_envVarUri', '_provideFileData'
]);
/** All others are answered with 501; these take other arguments than the rest. */
const TAKE_NO_PRODUCT = new Set(['listEnvVars', 'updateEnvVars', 'setEnvVar', 'deleteEnvVar', 'renderEnvVars',
    'reviewEnvVarsRollout', 'startEnvVarsRollout', 'createIntegration', 'editIntegration', 'deleteIntegration',
    'listIntegrations']);

async function walkTheRest(auth, device) {
    const api = new Particle({ baseUrl: cloudUrl });
    const file = Buffer.from('content');
    const everything = {
        auth,
        product: PRODUCT,
        productId: PRODUCT,
        deviceId: device.id,
        networkId: 'net',
        name: 'thing',
        event: 'thing',
        url: 'https://example.com',
        uri: '/v1/binaries/1',
        username: 'someone@example.com',
        password: 'x',
        serialNumber: 'SIM000000000',
        iccid: '8934076500002589174',
        iccids: ['8934076500002589174'],
        hookId: 'h',
        integrationId: 'i',
        binaryId: 'b',
        version: 1,
        key: 'KEY',
        config: {},
        logic: {},
        files: { 'app.ino': file },
        file,
        archive: file,
        ledgerName: 'l',
        scopeValue: 's',
        logicFunctionId: 'f',
        logicRunId: 'r',
        promoCode: 'p',
        platformId: 6,
        targetVersion: '6.2.0',
        title: 't',
        description: 'd',
        headers: {},
        action: 'prepare'
    };
    const methods = Object.getOwnPropertyNames(Particle.prototype)
        .filter((name) => !BEHAVES.has(name) && !ASKS_NOTHING.has(name));
    for (const name of methods) {
        const { product: _, ...withoutProduct } = everything;
        const { deviceId: __, ...sandbox } = { ...withoutProduct, sandbox: true };
        const options = TAKE_NO_PRODUCT.has(name) ? (name.includes('Integration') ? withoutProduct : sandbox) : everything;
        const seen = await outcome(() => api[name](options));
        // A HEAD has no body, and the stream of events keeps its own.
        const right = name === 'checkSIM' || name === 'getEventStream' ? seen.body : NOT_SIMULATED;
        report(`${name} is not simulated`, seen, { status: 501, body: right });
    }
}

main().then(
    () => {
        console.log(`particle-api-js ${version}: ${passed + failed} checks, ${failed} failed`);
        process.exit(failed === 0 ? 0 : 1);
    },
    (error) => {
        console.log(`particle-api-js ${version}: stopped after ${passed + failed} checks: ${error.stack}`);
        process.exit(2);
    }
);
