#pragma once

/// Traces as other programs write them, with the faults that files have.
namespace sluice::test {

// As the plugin's format strings have it (rabbit_tracing_consumer.erl).
inline constexpr auto kFirehoseText = R"(
================================================================================
2026-11-21 9:53:11:301: Message published

Node:         rabbit@host
Connection:   127.0.0.1:52362 -> 127.0.0.1:5672
Virtual host: /
User:         shop
Channel:      1
Exchange:     orders
Routing keys: [<<"order.placed">>]
Routed queues: [<<"billing">>,
                <<"shipping">>]
Properties:   [{<<"message_id">>,longstr,<<"o-1">>},
               {<<"delivery_mode">>,signedint,2}]
Payload: 
{"order":1}

================================================================================
2026-11-21 9:53:11:401: Message received

Node:         rabbit@host
Connection:   127.0.0.1:52364 -> 127.0.0.1:5672
Virtual host: /
User:         clerk
Channel:      1
Exchange:     orders
Routing keys: [<<"order.placed">>]
Queue:        billing
Properties:   [{<<"message_id">>,longstr,<<"o-1">>},
               {<<"delivery_mode">>,signedint,2}]
Payload: 
{"order":1}

================================================================================
nonsense

================================================================================
2026-11-21 9:53:12:001: Message published

Node:         rabbit@host
Connection:   127.0.0.1:52362 -> 127.0.0.1:5672
Virtual host: /
User:         shop
Channel:      1
Exchange:     orders
Routing keys: [<<"nobody">>]
Routed queues: []
Properties:   []
Payload: 
lost
)";

inline constexpr auto kFirehoseJson =
    R"({"timestamp":"2026-11-21 9:53:11:301","type":"published","node":"rabbit@h","connection":"c","vhost":"/","user":"shop","channel":1,"exchange":"","queue":"none","routed_queues":["jobs"],"routing_keys":["jobs"],"properties":{},"payload":"YQ=="}
{"timestamp":"2026-11-21 9:53:11:302","type":"published","node":"rabbit@h","connection":"c","vhost":"/","user":"shop","channel":1,"exchange":"","queue":"none","routed_queues":["jobs"],"routing_keys":["jobs"],"properties":{},"payload":"YQ=="}
not json
{"timestamp":"2026-11-21 9:53:11:350","type":"received","node":"rabbit@h","connection":"c","vhost":"/","user":"shop","channel":1,"exchange":"","queue":"jobs","routed_queues":"none","routing_keys":["jobs"],"properties":{},"payload":"YQ=="}
)";

// The example of a span in the OTLP specification's shape, with the attributes of the messaging
// conventions 1.27.
inline constexpr auto kOtlp = R"({"resourceSpans":[
 {"resource":{"attributes":[{"key":"service.name","value":{"stringValue":"shop"}}]},
  "scopeSpans":[{"spans":[
   {"traceId":"5b8aa5a2d2c872e8321cf37308d69df2","spanId":"00f067aa0ba902b7","name":"send orders","kind":4,
    "startTimeUnixNano":"1767225600000000000","endTimeUnixNano":"1767225600002000000",
    "attributes":[{"key":"messaging.system","value":{"stringValue":"rabbitmq"}},
     {"key":"messaging.destination.name","value":{"stringValue":"orders"}},
     {"key":"messaging.operation.type","value":{"stringValue":"send"}}]},
   {"traceId":"5b8aa5a2d2c872e8321cf37308d69df2","spanId":"1111111111111111","name":"GET /","kind":3,
    "startTimeUnixNano":"1767225600000000000","endTimeUnixNano":"1767225600002000000","attributes":[]}]}]},
 {"resource":{"attributes":[{"key":"service.name","value":{"stringValue":"billing"}}]},
  "scopeSpans":[{"spans":[
   {"traceId":"a3ce929d0e0e47364bf92f3577b34da6","spanId":"2222222222222222","name":"process orders","kind":5,
    "startTimeUnixNano":"1767225600010000000","endTimeUnixNano":"1767225600030000000",
    "links":[{"traceId":"5b8aa5a2d2c872e8321cf37308d69df2","spanId":"00f067aa0ba902b7"}],
    "status":{"code":2},
    "attributes":[{"key":"messaging.system","value":{"stringValue":"rabbitmq"}},
     {"key":"messaging.destination.name","value":{"stringValue":"orders"}},
     {"key":"messaging.operation.type","value":{"stringValue":"process"}}]},
   {"traceId":"a3ce929d0e0e47364bf92f3577b34da6","spanId":"3333333333333333","parentSpanId":"2222222222222222",
    "name":"send invoices","kind":4,
    "startTimeUnixNano":"1767225600020000000","endTimeUnixNano":"1767225600021000000",
    "attributes":[{"key":"messaging.system","value":{"stringValue":"kafka"}},
     {"key":"messaging.destination.name","value":{"stringValue":"invoices"}},
     {"key":"messaging.destination.partition.id","value":{"stringValue":"2"}},
     {"key":"messaging.operation.type","value":{"stringValue":"send"}}]}]}]}]})";

}  // namespace sluice::test
