"""Objects that several places share."""

import json

import pytest
from serialization_objects import part_config

from keras_serializable.serialization import MalformedConfigError, ObjectSharingScope

pytestmark = pytest.mark.thread_unsafe(reason="tests change the classes they are given")


class TestSharing:
    def test_shared_objects_stay_shared(self, own):
        """The two configs of a shared object carry one number, and one object comes back."""
        part = own.Part()
        with ObjectSharingScope():
            config = own.serialize([own.Box([part]), own.Box([part]), own.Part()])
        ids = [box["config"]["parts"][0]["shared_object_id"] for box in config[:2]]
        assert ids == [id(part), id(part)]
        assert "shared_object_id" not in config[2]
        with ObjectSharingScope():
            one, other, third = own.deserialize(json.loads(json.dumps(config)))
        assert one.parts[0] is other.parts[0]
        assert third is not one.parts[0]

    def test_without_a_scope(self, own):
        """Without a scope nothing is shared, in writing and in reading."""
        part = own.Part()
        assert own.serialize([part, part]) == [part_config(), part_config()]
        one, other = own.deserialize([part_config(shared_object_id=1)] * 2)
        assert one is not other

    def test_each_scope_starts_anew_and_ends(self, own):
        """A nested scope knows nothing of the outer one, which goes on after it."""
        config = part_config(shared_object_id=1)
        with ObjectSharingScope():
            outer = own.deserialize(config)
            with ObjectSharingScope():
                assert own.deserialize(config) is not outer
            assert own.deserialize(config) is outer

    def test_objects_that_last_only_while_they_are_written(self, own):
        """The scope keeps each written object alive: Python would give its id to another one."""

        class Maker:
            def get_config(self):
                return {"part": own.Part()}

        with ObjectSharingScope():
            config = own.serialize([Maker() for _ in range(50)])
        assert "shared_object_id" not in json.dumps(config)

    def test_an_id_that_is_none(self, own):
        """An id of a wrong type is an error with its path."""
        with ObjectSharingScope(), pytest.raises(MalformedConfigError) as caught:
            own.deserialize({"a": part_config(shared_object_id=[1])})
        assert caught.value.path == "config.a.shared_object_id"
